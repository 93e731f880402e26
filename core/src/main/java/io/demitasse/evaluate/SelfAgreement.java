package io.demitasse.evaluate;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether a model gives the same twice: if not, part of every loss is its own noise. */
public final class SelfAgreement {
  private static final int NAMED = 3;

  private SelfAgreement() {}

  /**
   * Runs an original twice on the same inputs.
   *
   * @param runtime what everything is compared with, which may pin noise
   * @return sentences on what was found; none where the model agrees with itself
   */
  public static List<String> notes(
      Runtime runtime, Path file, Model model, Map<String, Tensor> inputs) {
    List<String> notes = new ArrayList<>();
    Runtime plain = PinnedRuntime.unpinned(runtime);
    List<Node> drawing = Noise.in(model);
    double apart = apart(plain, file, inputs);
    if (!drawing.isEmpty()) {
      notes.add(
          "the model draws random numbers ("
              + named(drawing)
              + "): "
              + told(apart)
              + "; in all copies that are compared they were pinned, in what is written they are"
              + " not");
      apart = apart(runtime, file, inputs);
    }
    if (apart > Drift.TOLERANCE) {
      notes.add(
          "the model disagrees with itself"
              + (drawing.isEmpty() ? "" : " all the same")
              + ": "
              + told(apart)
              + "; part of each loss is that noise");
    }
    List<Node> leftovers = Noise.trainingLeftovers(model);
    if (!leftovers.isEmpty()) {
      notes.add(
          "the model was left in training mode ("
              + named(leftovers)
              + "): what it gives for a sample depends on the others of its batch");
    }
    return notes;
  }

  private static String told(double apart) {
    return String.format(
        Locale.ROOT, "two runs on the same inputs differ by %.2g of the largest output", apart);
  }

  private static double apart(Runtime runtime, Path file, Map<String, Tensor> inputs) {
    try (Runtime.Session session = runtime.open(file, Runtime.SessionOptions.of(1))) {
      Map<String, Tensor> first = session.run(inputs);
      Map<String, Tensor> second = session.run(inputs);
      return first.entrySet().stream()
          .mapToDouble(output -> Deviation.of(output.getValue(), second.get(output.getKey())))
          .max()
          .orElse(0);
    }
  }

  private static String named(List<Node> nodes) {
    String names = String.join(", ", nodes.stream().limit(NAMED).map(Node::toString).toList());
    return nodes.size() > NAMED ? names + " and " + (nodes.size() - NAMED) + " more" : names;
  }
}
