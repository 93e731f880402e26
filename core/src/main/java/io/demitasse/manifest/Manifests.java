package io.demitasse.manifest;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tie;
import io.demitasse.yaml.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The YAML form of manifests. */
public final class Manifests {
  static final int VERSION = 1;

  private static final String SCHEMA = "bundle.schema.json";

  private Manifests() {}

  /**
   * Reads the manifest of a folder.
   *
   * @throws DemitasseException (bad request) when there is none, or with everything that is wrong
   */
  public static Manifest read(Path folder) {
    Path file = folder.resolve(Manifest.FILE);
    if (!Files.exists(file)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s has no %s that says what its models are to each other. Write one, or let"
                  + " 'demitasse inspect %s --init' do it.",
              folder,
              Manifest.FILE,
              folder));
    }
    return new ManifestReader(folder.toAbsolutePath().normalize())
        .read(Yaml.written(file, "bundle"), file.toString());
  }

  /**
   * Checks a manifest against the models it names.
   *
   * @param others what else is wrong, as the program says
   * @throws DemitasseException (bad request) with everything that is wrong
   */
  public static void check(Path folder, Manifest manifest, Bundle bundle, List<String> others) {
    List<String> problems = new ArrayList<>(others);
    Stream.<Tie>concat(manifest.tensors().stream(), manifest.dimensions().stream())
        .forEach(tie -> problems.addAll(tie.problems(bundle)));
    if (!problems.isEmpty()) {
      Path file = folder.resolve(Manifest.FILE);
      throw invalid((Files.exists(file) ? file : folder).toString(), problems);
    }
  }

  /**
   * A JSON Schema (draft 2020-12) of the text that {@link #read} reads: its keys, types and forms.
   * What only the folder, the models or the program can tell stands in no schema.
   */
  public static String schema() {
    try (InputStream in = Manifests.class.getResourceAsStream(SCHEMA)) {
      return new String(Objects.requireNonNull(in, SCHEMA).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DemitasseException invalid(String origin, List<String> problems) {
    return DemitasseException.badRequest(
        origin + " is not a valid bundle:\n  - " + String.join("\n  - ", problems));
  }

  /** The text that {@link #read} reads. */
  public static String text(Manifest manifest) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("demitasse-bundle", VERSION);
    tree.put("program", manifest.program());
    if (!manifest.settings().isEmpty()) {
      tree.put("settings", manifest.settings());
    }
    Map<String, Object> parts = new LinkedHashMap<>();
    manifest.parts().forEach((name, part) -> parts.put(name, tree(part)));
    tree.put("parts", parts);
    Map<String, Object> tied = new LinkedHashMap<>();
    if (!manifest.tensors().isEmpty()) {
      tied.put("tensors", manifest.tensors().stream().map(t -> texts(t.tensors())).toList());
    }
    if (!manifest.dimensions().isEmpty()) {
      tied.put(
          "dimensions", manifest.dimensions().stream().map(t -> texts(t.dimensions())).toList());
    }
    if (!tied.isEmpty()) {
      tree.put("tied", tied);
    }
    return Yaml.text(tree);
  }

  private static Map<String, Object> tree(Manifest.Part part) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("file", part.file());
    tree.put("modality", part.modality().key());
    if (!part.preprocessing().isEmpty()) {
      tree.put("preprocessing", part.preprocessing());
    }
    return tree;
  }

  private static List<String> texts(List<?> places) {
    return places.stream().map(Object::toString).toList();
  }
}
