package io.demitasse.evaluate;

/**
 * A sample on which a model differs from the original.
 *
 * @param sample what the sample is called
 * @param content what it holds, as far as text can show it; may be empty
 * @param before what the original makes of it, such as a text or a class; empty where that is
 *     numbers which say nothing to people
 * @param after what the model makes of it
 * @param metric what agreement is measured by
 * @param agreement the sample's value of that metric
 * @param truth what is right; empty where nobody said
 */
public record Difference(
    String sample,
    String content,
    String before,
    String after,
    String metric,
    double agreement,
    String truth) {

  /** One of which nobody said what is right. */
  public Difference(
      String sample, String content, String before, String after, String metric, double agreement) {
    this(sample, content, before, after, metric, agreement, "");
  }

  /** Whether people would notice. */
  public boolean saysOtherwise() {
    return !before.equals(after);
  }
}
