package io.demitasse.evaluate;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Runs copies of models in which {@link Noise} is pinned. What is written, and what is timed, is
 * never such a copy.
 *
 * @param plain runs the copies, and models as they are
 */
public record PinnedRuntime(Runtime plain, ModelFormat format) implements Runtime {

  /** The runtime to compare a bundle with: a plain one where no part draws random numbers. */
  public static Runtime of(Ports ports, Bundle bundle) {
    return bundle.parts().values().stream().allMatch(model -> Noise.in(model).isEmpty())
        ? ports.runtime()
        : new PinnedRuntime(ports.runtime(), ports.format());
  }

  /** What runs models as they are, whether or not a runtime pins noise. */
  static Runtime unpinned(Runtime runtime) {
    return runtime instanceof PinnedRuntime pinned ? pinned.plain : runtime;
  }

  @Override
  public String version() {
    return plain.version();
  }

  @Override
  public Session open(Model model, SessionOptions options) {
    return plain.open(Noise.in(model).isEmpty() ? model : Noise.pinned(model), options);
  }

  @Override
  public Session open(Path file, SessionOptions options) {
    Model model = format.read(file);
    return Noise.in(model).isEmpty()
        ? plain.open(file, options)
        : plain.open(Noise.pinned(model), options);
  }

  @Override
  public Optional<String> refuses(Model model) {
    return plain.refuses(model);
  }
}
