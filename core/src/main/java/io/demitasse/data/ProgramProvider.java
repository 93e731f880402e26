package io.demitasse.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.provider.Providers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes programs by name. Found by {@link java.util.ServiceLoader}. */
public interface ProgramProvider {

  /**
   * What is asked for.
   *
   * @param place the folder of the bundle, or the file of a single model: tokenizers and
   *     configuration lie beside it
   * @param options further settings by name, such as {@code pooling}; they go before the manifest's
   */
  record Request(Manifest manifest, Bundle bundle, Path place, Map<String, String> options) {
    public Request {
      options = Map.copyOf(options);
    }
  }

  /** The programs this provider makes. */
  List<String> names();

  /** Everything in which manifest and models do not fit the program, one of {@link #names}. */
  List<String> problems(Request request);

  /**
   * Makes a program, which the caller closes.
   *
   * @throws DemitasseException (bad request) when manifest, models or a file beside them do not fit
   */
  Program make(Request request);

  /**
   * What a folder is, where its models are of a kind that a program runs.
   *
   * @param models by file name relative to the folder
   * @return empty when they are not
   */
  Optional<Manifest> propose(Path folder, Map<String, Model> models);

  /** The first proposal of any provider. */
  static Optional<Manifest> proposed(Path folder, Map<String, Model> models) {
    return Providers.of(ProgramProvider.class).stream()
        .flatMap(provider -> provider.propose(folder, models).stream())
        .findFirst();
  }

  /**
   * The provider of a manifest's program.
   *
   * @throws DemitasseException (bad request) when there is none, listing the known names, or two
   *     have the same name
   */
  static ProgramProvider of(Manifest manifest) {
    Map<String, ProgramProvider> known =
        Providers.byName(ProgramProvider.class, "programs", ProgramProvider::names);
    ProgramProvider provider = known.get(manifest.program());
    if (provider != null) {
      return provider;
    }
    if (known.isEmpty()) {
      throw DemitasseException.badRequest(
          "What runs models on samples is in a module that is not on the class path: add"
              + " io.demitasse:demitasse-media, in the version of demitasse-core.");
    }
    throw DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "There is no program '%s'%s Known programs: %s.",
            manifest.program(),
            Nearest.suggestion(manifest.program(), known.keySet(), "."),
            String.join(", ", known.keySet())));
  }
}
