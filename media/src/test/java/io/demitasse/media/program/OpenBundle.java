package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.data.Sample;
import io.demitasse.evaluate.RunningParts;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A folder opened from its manifest and running. */
final class OpenBundle implements AutoCloseable {
  private final Program program;
  private final RunningParts parts;

  OpenBundle(Path folder) {
    this(folder, (part, inputs) -> {});
  }

  /**
   * @param recorder sees what flows into the parts
   */
  OpenBundle(Path folder, BiConsumer<String, Map<String, Tensor>> recorder) {
    Manifest manifest = Manifests.read(folder);
    Ports ports = Ports.find();
    Map<String, Model> models = new LinkedHashMap<>();
    manifest
        .parts()
        .forEach(
            (name, part) -> models.put(name, ports.format().read(folder.resolve(part.file()))));
    Bundle bundle = new Bundle(models);
    ProgramProvider provider = ProgramProvider.of(manifest);
    ProgramProvider.Request request =
        new ProgramProvider.Request(manifest, bundle, folder, Map.of());
    Manifests.check(folder, manifest, bundle, provider.problems(request));
    this.program = provider.make(request);
    this.parts =
        new RunningParts(
            part ->
                ports
                    .runtime()
                    .open(folder.resolve(manifest.part(part).file()), Runtime.SessionOptions.of(1)),
            recorder);
  }

  Program program() {
    return program;
  }

  Map<String, Tensor> run(Sample sample) {
    return program.run(sample, parts);
  }

  Map<String, Tensor> runForTraining(Sample sample) {
    return program.forTraining().run(sample, parts);
  }

  Program.Parts parts() {
    return parts;
  }

  @Override
  public void close() {
    parts.close();
    program.close();
  }

  /** The cosine between what two of them gave. */
  static double cosine(float[] a, float[] b) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      first += a[i] * a[i];
      second += b[i] * b[i];
    }
    return product / Math.sqrt(first * second);
  }
}
