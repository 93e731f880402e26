package io.demitasse.kernels;

/**
 * What a layer takes by itself.
 *
 * @param node its label
 * @param before milliseconds of one run as it is; positive
 * @param after the same in another form
 */
public record LayerTime(String node, double before, double after) {

  /** Milliseconds that the other form adds; negative where it saves them. */
  public double change() {
    return after - before;
  }
}
