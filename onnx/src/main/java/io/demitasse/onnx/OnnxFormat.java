package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.port.ExternalWeight;
import io.demitasse.port.ModelFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The ONNX file format: protobuf, with large weights inside the file or beside it. */
public final class OnnxFormat implements ModelFormat {

  @Override
  public boolean reads(Path file) {
    Path name = file.getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  @Override
  public Model read(Path file) {
    if (!Files.exists(file)) {
      throw DemitasseException.badRequest("There is no file " + file + ": check the path.");
    }
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest(
          file + " is a folder or a device, not an ONNX file: name the file inside it.");
    }
    Source source = new Source(file);
    return whole(source, () -> new ModelDecoder(source).decode(ProtobufFile.parse(source)));
  }

  /** A mapping tells by {@code InternalError} that its file was cut short. */
  private static <T> T whole(Source source, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InternalError e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_MODEL,
          source.file()
              + ": it, or a data file beside it, was cut short while it was read, expected a file"
              + " that stays as it is. Bring it back whole and read it again.",
          e);
    }
  }

  @Override
  public List<ExternalWeight> externalWeights(Path file) {
    Source source = new Source(file);
    return whole(source, () -> new ExternalWeights(source, ProtobufFile.parse(source)).find());
  }

  @Override
  public void write(Map<Path, Model> models, WriteOptions options) {
    new OnnxWriter(models, options).write();
  }
}
