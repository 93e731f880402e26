package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
import io.demitasse.train.Examples;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What flows through a changed model and through its original, for some examples.
 *
 * @param examples inputs of both
 * @param ours of the changed model
 * @param theirs of the original
 * @param mask the input that is 0 where a position does not count
 */
record Recording(Examples examples, Activations ours, Activations theirs, String mask) {

  static Recording of(
      Runtime runtime, int threads, Examples examples, KeptTensors kept, String mask) {
    return new Recording(
        examples,
        new Activations(runtime, threads, examples, kept),
        new Activations(runtime, threads, examples, kept),
        mask);
  }

  /** Runs a block of both models; the original goes on from what it gave. */
  Recorded run(Model block, Model original) {
    List<Map<String, Tensor>> targets = theirs.run(original);
    theirs.add(targets);
    return new Recorded(ours.run(block), targets);
  }

  /** The same examples, of which nothing flows yet. */
  Recording anew() {
    return new Recording(examples, ours.anew(), theirs.anew(), mask);
  }

  /** Forgets what later blocks do not read. */
  void keepOnly(Set<String> names) {
    ours.keepOnly(names);
    theirs.keepOnly(names);
  }

  /**
   * Outputs of one block, example by example.
   *
   * @param outputs of the changed model
   * @param targets of the original
   */
  record Recorded(List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> targets) {

    Recorded with(List<Map<String, Tensor>> other) {
      return new Recorded(other, targets);
    }

    /** Whether both models give floats of the same sizes by a name. */
    private boolean isComparable(String name) {
      Tensor ours = outputs.getFirst().get(name);
      Tensor theirs = targets.getFirst().get(name);
      return ours != null
          && theirs != null
          && ours.dataType().isFloatingPoint()
          && ours.dataType() == theirs.dataType()
          && Arrays.equals(ours.sizes(), theirs.sizes());
    }
  }

  /** How far what the changed model gives is from what the original gives, by output. */
  Map<String, RelativeError> errors(Recorded recorded) {
    Map<String, RelativeError> errors = new LinkedHashMap<>();
    recorded.outputs().getFirst().keySet().stream()
        .filter(recorded::isComparable)
        .forEach(name -> errors.put(name, new RelativeError()));
    for (int example = 0; example < examples.size(); example++) {
      Map<String, Tensor> masks = ours.of(example, Set.of(mask));
      Map<String, Tensor> given = recorded.outputs().get(example);
      Map<String, Tensor> right = recorded.targets().get(example);
      errors.forEach(
          (name, error) -> {
            Tensor value = Objects.requireNonNull(given.get(name));
            error.add(
                value,
                Objects.requireNonNull(right.get(name)),
                RelativeError.mask(mask, masks, value));
          });
    }
    return errors;
  }

  /** The mean of that over all outputs. */
  double error(Recorded recorded) {
    return errors(recorded).values().stream().mapToDouble(RelativeError::value).average().orElse(0);
  }

  /** Whether positions of an output may be masked. */
  boolean isMasked(Tensor output) {
    return RelativeError.mask(mask, ours.of(0, Set.of(mask)), output).isPresent();
  }
}
