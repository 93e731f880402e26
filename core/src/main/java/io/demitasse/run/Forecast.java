package io.demitasse.run;

import java.util.List;

/**
 * What a search would try, applied and not measured: of each choice the smallest is taken for
 * granted.
 *
 * @param bytesBefore files of the original
 * @param bytesAfter files if all that is taken for granted were kept; an estimate from the weights
 */
public record Forecast(long bytesBefore, long bytesAfter, List<Choice> choices) {
  public Forecast {
    choices = List.copyOf(choices);
  }

  /**
   * One option of one choice.
   *
   * @param changed how many nodes were changed
   * @param skipped how many were left alone, for reasons
   * @param reasons why parts could not be worked on at all
   * @param bytes an estimate of the files
   * @param assumed whether what follows builds upon it
   */
  public record Choice(
      String title, int changed, int skipped, List<String> reasons, long bytes, boolean assumed) {
    public Choice {
      reasons = List.copyOf(reasons);
    }

    Choice taken() {
      return new Choice(title, changed, skipped, reasons, bytes, true);
    }
  }
}
