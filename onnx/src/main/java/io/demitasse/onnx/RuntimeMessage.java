package io.demitasse.onnx;

import ai.onnxruntime.OrtException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ONNX Runtime says of a failure, without error codes and places in its source. */
final class RuntimeMessage {
  private static final int LONGEST = 400;

  /**
   * What is taken apart: the patterns below look far ahead, and names in it can be of any length.
   */
  private static final int LOOKED_AT = 4_000;

  private static final Pattern PREFIX =
      Pattern.compile(
          "^(?:Error code - \\S+ - message: |Load model from .*? failed:\\s*|Exception during \\w+:"
              + " )+");
  private static final Pattern RUNNING =
      Pattern.compile(
          "Non-zero status code returned while running (\\S+) node\\. Name:'(.*?)' Status"
              + " Message: ");
  private static final Pattern SOURCE_PLACE =
      Pattern.compile("\\S+\\.(?:cc|h|cpp):\\d+ (?=[^(]*\\()");
  private static final Pattern UNKNOWN_OPERATOR =
      Pattern.compile("(\\S+):(\\w+)\\(-?\\d+\\) is not a registered");

  private RuntimeMessage() {}

  static String of(OrtException e) {
    String all = String.valueOf(e.getMessage()).strip();
    String text = PREFIX.matcher(shortened(all)).replaceFirst("");
    text = RUNNING.matcher(text).replaceAll("$1 node '$2': ");
    text = withoutSignature(text).replaceAll("\\s+", " ").strip();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  private static String shortened(String text) {
    int half = LOOKED_AT / 2;
    return text.length() <= LOOKED_AT
        ? text
        : text.substring(0, half) + "..." + text.substring(text.length() - half);
  }

  /** The same, with the nodes it is about where the runtime names an operator only. */
  static String of(OrtException e, Model model) {
    String text = of(e);
    Matcher operator = UNKNOWN_OPERATOR.matcher(text);
    if (!operator.find()) {
      return text;
    }
    List<Node> nodes = new ArrayList<>();
    model.forEachNode(
        node -> {
          if (node.domain().equals(operator.group(1)) && node.opType().equals(operator.group(2))) {
            nodes.add(node);
          }
        });
    return nodes.isEmpty()
        ? text
        : text + " (" + nodes.getFirst() + ", one of " + nodes.size() + ")";
  }

  /** The same, with what can be done where the runtime has no kernel for an operator. */
  static String advised(OrtException e) {
    String text = of(e);
    Matcher operator = UNKNOWN_OPERATOR.matcher(text);
    if (!operator.find()) {
      return text;
    }
    String domain = operator.group(1).isEmpty() ? "ai.onnx" : operator.group(1);
    return "it has no kernel for operator '"
        + operator.group(2)
        + "' of domain '"
        + domain
        + "'. 'demitasse inspect' shows the model without running it; to run it, export it with"
        + " operators of ONNX or of ONNX Runtime. Libraries of custom operators cannot be loaded"
        + " here.";
  }

  /**
   * Cuts a file of the runtime's source, its line and the C++ function there, up to the end of its
   * parameters.
   */
  private static String withoutSignature(String text) {
    Matcher place = SOURCE_PLACE.matcher(text);
    if (!place.find()) {
      return text;
    }
    int depth = 0;
    for (int i = text.indexOf('(', place.end()); i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        String behind =
            text.substring(i + 1).replaceFirst("^(?: const)?(?: \\[with [^\\]]*\\])? ", "");
        return text.substring(0, place.start()) + behind;
      }
    }
    return text;
  }
}
