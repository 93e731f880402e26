package io.demitasse.sensitivity;

import io.demitasse.evaluate.ElementPairs;
import io.demitasse.ir.Tensor;

/** Energy of a tensor and of the difference to another, summed up over inputs. */
final class Energies {
  private double right;
  private double difference;
  private boolean alike = true;

  /** Adds what is right and what was got in its place. */
  void add(Tensor wanted, Tensor got) {
    if (wanted.elementCount() != got.elementCount()) {
      alike = false;
      return;
    }
    ElementPairs.read(
        wanted,
        got,
        (one, other) -> {
          double apart = (double) one - other;
          right += (double) one * one;
          difference += apart * apart;
          return true;
        });
  }

  /** Whether there is energy to compare with. */
  boolean areComparable() {
    return alike && right > 0 && Double.isFinite(right);
  }

  /** Whether nothing but zeros is right. */
  boolean areZero() {
    return alike && right == 0;
  }

  /** Difference over what is right; infinite where something is not finite or of another size. */
  double ratio() {
    return !alike || Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / right;
  }
}
