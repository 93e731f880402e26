package io.demitasse.result;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ExternalWeight;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.publish.Disk;
import io.demitasse.report.Inventory;
import io.demitasse.source.Source;
import io.demitasse.stored.StoredTensors;
import io.demitasse.stored.TensorFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A result of nothing but a small model and what was found out for it, of which there are an older
 * and a newer version.
 */
record SmallResult(Path original, Path destination, boolean data) {

  /** Writes every model with its data beside it. */
  private record DataBeside(ModelFormat format) implements ModelFormat {
    @Override
    public boolean reads(Path file) {
      return format.reads(file);
    }

    @Override
    public Model read(Path file) {
      return format.read(file);
    }

    @Override
    public List<ExternalWeight> externalWeights(Path file) {
      return format.externalWeights(file);
    }

    @Override
    public void write(Map<Path, Model> models, WriteOptions options) {
      format.write(models, new WriteOptions(WriteOptions.ExternalData.ALWAYS, options.threads()));
    }
  }

  static Path original(Path folder) throws IOException {
    Path file = Files.createDirectories(folder).resolve("original.onnx");
    format().write(model("original"), file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  static ModelFormat format() {
    return Ports.find().format();
  }

  /** A model that tells its version by its name and by its one weight. */
  static Model model(String version) {
    return TextGraph.parse(
        """
        ir 8, opset 17

        graph %s(x: float[1,400]) -> (y: float[1,400]) {
          w = float[400] ~ %d
          y = Add(x, w)
        }
        """
            .formatted(version, version.hashCode() & 0xff));
  }

  /** Publishes one version on a disk. */
  void publish(String version, boolean replace, Disk disk) {
    Source source = Source.read(original, format());
    Output output = Output.of(original, destination);
    ResultWriter.Texts texts =
        new ResultWriter.Texts(
            "recipe of " + version, inventory -> json(version, inventory), "page of " + version);
    ModelFormat format = data ? new DataBeside(format()) : format();
    try (Reservation place = Reservation.of(source, source.read(), output, replace, disk)) {
      new ResultWriter(place, format).write(Bundle.of(model(version)), found(version), texts);
    }
  }

  /** What steps found out: in one file that each version has, and in one of its own. */
  private List<StoredTensors> found(String version) {
    TensorFolder folder = new TensorFolder(original.resolveSibling("found"));
    return List.of(
        folder.store(Map.of("mask", Tensor.scalar(1f))),
        folder.store(Map.of("weights", Tensor.scalar((float) version.hashCode()))));
  }

  private static String json(String version, Inventory inventory) {
    StringBuilder files = new StringBuilder();
    inventory
        .files()
        .forEach(
            (name, entry) ->
                files.append(
                    "%s\"%s\": {\"bytes\": %d, \"sha256\": \"%s\"}"
                        .formatted(
                            files.isEmpty() ? "" : ", ", name, entry.bytes(), entry.sha256())));
    return "{\"files\": {" + files + "}, \"version\": \"" + version + "\"}";
  }
}
