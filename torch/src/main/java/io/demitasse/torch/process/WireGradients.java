package io.demitasse.torch.process;

import io.demitasse.ir.Tensor;
import io.demitasse.port.Trainer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Sums of gradients as they are sent: each of a weight under a name of its own. */
final class WireGradients {
  private static final String VALUES = TorchProcess.SEPARATOR + "values";
  private static final String MAGNITUDES = TorchProcess.SEPARATOR + "magnitudes";
  private static final String SQUARES = TorchProcess.SEPARATOR + "squares";

  private WireGradients() {}

  /** By model, then by weight and sum. */
  static Map<String, Map<String, Tensor>> sent(
      Map<String, Map<String, Trainer.Gradients>> gradients) {
    Map<String, Map<String, Tensor>> sent = new LinkedHashMap<>();
    gradients.forEach(
        (student, own) -> {
          Map<String, Tensor> tensors = new TreeMap<>();
          own.forEach(
              (key, sums) -> {
                tensors.put(key + VALUES, sums.values());
                tensors.put(key + MAGNITUDES, sums.magnitudes());
                tensors.put(key + SQUARES, sums.squares());
              });
          sent.put(student, tensors);
        });
    return sent;
  }

  static Map<String, Map<String, Trainer.Gradients>> received(
      Map<String, Map<String, Tensor>> sent) {
    Map<String, Map<String, Trainer.Gradients>> gradients = new LinkedHashMap<>();
    sent.forEach(
        (student, tensors) -> {
          Map<String, Trainer.Gradients> own = new LinkedHashMap<>();
          tensors.forEach(
              (name, values) -> {
                if (name.endsWith(VALUES)) {
                  String key = name.substring(0, name.length() - VALUES.length());
                  own.put(
                      key,
                      new Trainer.Gradients(
                          values,
                          Objects.requireNonNull(tensors.get(key + MAGNITUDES)),
                          Objects.requireNonNull(tensors.get(key + SQUARES))));
                }
              });
          gradients.put(student, own);
        });
    return gradients;
  }
}
