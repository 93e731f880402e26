package io.demitasse.media;

import io.demitasse.data.Program;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.media.program.OcrProgram;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The models of PP-OCRv4 on the class path, with all-minilm-l6-v2 as their part text, running. */
public final class PpOcr implements Program.Parts, AutoCloseable {
  private static final Map<String, String> FILES = new LinkedHashMap<>();

  static {
    FILES.put(OcrProgram.DETECTOR, "models/ch_PP-OCRv4_det_infer.onnx");
    FILES.put(OcrProgram.CLASSIFIER, "models/ch_ppocr_mobile_v2.0_cls_infer.onnx");
    FILES.put(OcrProgram.RECOGNIZER, "models/ch_PP-OCRv4_rec_infer.onnx");
    FILES.put(OcrProgram.TEXT, MiniLm.MODEL);
  }

  private final Path folder;
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final Map<String, Runtime.Session> sessions = new LinkedHashMap<>();
  private final List<String> ran = new ArrayList<>();

  /** Copies the models to a folder and opens them. */
  public PpOcr(Path folder) {
    this.folder = folder;
    Ports ports = Ports.find();
    FILES.forEach(
        (part, file) -> {
          Path copy = write(folder.resolve(part + ".onnx"), file);
          models.put(part, ports.format().read(copy));
          sessions.put(part, ports.runtime().open(copy, Runtime.SessionOptions.of(2)));
        });
    write(folder.resolve("text-tokenizer.json"), MiniLm.TOKENIZER);
  }

  private static Path write(Path file, String resource) {
    try {
      return Files.write(file, MiniLm.bytes(resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The keys of the recognizer. */
  public static List<String> keys() {
    return new String(MiniLm.bytes("models/ppocr_keys_v1.txt"), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  public Model model(String part) {
    return models.get(part);
  }

  /** The file of a part. */
  public Path file(String part) {
    return folder.resolve(part + ".onnx");
  }

  /** Some of the parts. */
  public Bundle bundle(String... parts) {
    Map<String, Model> chosen = new LinkedHashMap<>();
    for (String part : parts) {
      chosen.put(part, model(part));
    }
    return new Bundle(chosen);
  }

  /** The names of the parts in the order they ran since this was asked last. */
  public List<String> ran() {
    List<String> before = List.copyOf(ran);
    ran.clear();
    return before;
  }

  @Override
  public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
    ran.add(part);
    return sessions.get(part).run(inputs);
  }

  @Override
  public void close() {
    sessions.values().forEach(Runtime.Session::close);
  }
}
