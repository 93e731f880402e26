package io.demitasse.testkit;

import io.demitasse.ir.Model;
import io.demitasse.leftover.Leftovers;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Models that come in Maven artifacts, for tests that have those artifacts on their class path. */
public final class RealModels {
  public static final String MINILM = "all-minilm-l6-v2.onnx";
  public static final String MINILM_VENDOR_INT8 = "all-minilm-l6-v2-q.onnx";
  public static final String BGE_SMALL = "bge-small-en-v1.5.onnx";
  public static final String OCR_DETECTOR_V3 = "models/ch_PP-OCRv3_det_infer.onnx";
  public static final String OCR_DETECTOR_V4 = "models/ch_PP-OCRv4_det_infer.onnx";
  public static final String OCR_RECOGNIZER_V3 = "models/ch_PP-OCRv3_rec_infer.onnx";
  public static final String OCR_RECOGNIZER_V4 = "models/ch_PP-OCRv4_rec_infer.onnx";
  public static final String OCR_ANGLE = "models/ch_ppocr_mobile_v2.0_cls_infer.onnx";

  /** The models of text recognition in pictures, all with their weights in Constant nodes. */
  public static final List<String> OCR =
      List.of(OCR_DETECTOR_V3, OCR_DETECTOR_V4, OCR_RECOGNIZER_V3, OCR_RECOGNIZER_V4, OCR_ANGLE);

  private RealModels() {}

  /**
   * Reads a model from the class path, through a temporary file that is deleted when the JVM ends.
   */
  public static Model read(String resource) {
    return Ports.find().format().read(file(resource));
  }

  /** A temporary copy of a file on the class path. */
  public static Path file(String resource) {
    try (InputStream in = RealModels.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no '" + resource + "' on the class path");
      }
      Path file = Files.createTempFile("demitasse", ".onnx");
      Leftovers.deleteAtExit(file);
      Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
