package io.demitasse.sensitivity;

/** Energy of a tensor and of the difference to another, summed up over inputs. */
final class Energies {
  private double right;
  private double difference;
  private boolean alike = true;

  /** Adds what is right and what was got in its place. */
  void add(float[] wanted, float[] got) {
    if (wanted.length != got.length) {
      alike = false;
      return;
    }
    for (int i = 0; i < wanted.length; i++) {
      double apart = (double) wanted[i] - got[i];
      right += (double) wanted[i] * wanted[i];
      difference += apart * apart;
    }
  }

  /** Whether there is energy to compare with. */
  boolean areComparable() {
    return alike && right > 0 && Double.isFinite(right);
  }

  /** Difference over what is right; infinite where something is not finite. */
  double ratio() {
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / right;
  }
}
