package io.demitasse.onnx;

import ai.onnxruntime.OrtException;

/**
 * What ONNX Runtime says of a failure, without codes, places in its source and paths of its
 * temporary files.
 */
final class RuntimeMessage {
  private static final int LONGEST = 400;

  private RuntimeMessage() {}

  static String of(OrtException e) {
    String text = String.valueOf(e.getMessage()).strip();
    text = text.replaceFirst("^Error code - \\S+ - message: ", "");
    text = text.replaceFirst("^Load model from .*? failed:\\s*", "");
    text = text.replaceFirst("^Exception during initialization: ", "");
    text = text.replaceFirst("^Exception during loading: ", "");
    text = text.replaceFirst("^\\S+\\.(?:cc|h):\\d+ [^\\n]*?(?=\\S+ was false|\\w+\\s)", "");
    text = text.replaceAll("\\s+", " ").strip();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
