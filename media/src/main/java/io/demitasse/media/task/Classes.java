package io.demitasse.media.task;

import io.demitasse.ir.Tensor;
import io.demitasse.media.generate.GeneratedText;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Outputs that hold a score for each class along their last axis. */
final class Classes {
  private static final Set<String> WORDS = Set.of("logit", "prob", "softmax", "score", "class");

  /** How far the sum of a softmax may be from 1. */
  private static final double ROUNDING = 1e-2;

  /** Rows whose classes are told. */
  private static final int ROWS = 32;

  /** Elements that are read at a time, in whole rows. */
  private static final int PIECE = 1 << 14;

  private Classes() {}

  /**
   * Whether an output holds scores of at least two classes: its name says so, or every row is a
   * probability distribution.
   */
  static boolean areIn(String name, Tensor output) {
    if (output.rank() == 0 || output.size(-1) < 2 || output.elementCount() == 0) {
      return false;
    }
    return areNamed(name) || areDistributions(output);
  }

  /** Whether the name of an output says that it holds scores. */
  static boolean areNamed(String output) {
    String lower = output.toLowerCase(Locale.ROOT);
    return !output.equals(GeneratedText.LOG_PROBABILITIES)
        && WORDS.stream().anyMatch(lower::contains);
  }

  private static boolean areDistributions(Tensor output) {
    int width = Math.toIntExact(output.size(-1));
    for (long row = 0; row < output.elementCount(); row += width) {
      if (!isDistribution(output.toFloats(row, width))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDistribution(float[] values) {
    double sum = 0;
    for (float value : values) {
      if (!(value >= 0)) {
        return false;
      }
      sum += value;
    }
    return Math.abs(sum - 1) <= ROUNDING;
  }

  /**
   * How sure a model is of the class that scores highest: its probability, by softmax where scores
   * are no probabilities; 0 where one is not a number.
   */
  static double confidence(float[] scores) {
    int largest = largest(scores);
    if (largest < 0) {
      return 0;
    }
    if (isDistribution(scores)) {
      return scores[largest];
    }
    double sum = sumOfExponentials(scores, largest);
    return sum > 0 ? 1 / sum : 0;
  }

  /** What scores are divided by to be probabilities, relative to the largest of them. */
  static double sumOfExponentials(float[] scores, int largest) {
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp((double) score - scores[largest]);
    }
    return sum;
  }

  /** The share of rows whose largest entry is at the same place; 0 for rows with a NaN. */
  static double agreement(Tensor output, Tensor original) {
    int width = Math.toIntExact(output.size(-1));
    long rows = width == 0 ? 0 : output.elementCount() / width;
    int together = Math.max(1, PIECE / Math.max(1, width));
    long same = 0;
    for (long row = 0; row < rows; row += together) {
      int count = width * (int) Math.min(together, rows - row);
      float[] ours = output.toFloats(row * width, count);
      float[] theirs = original.toFloats(row * width, count);
      for (int from = 0; from < count; from += width) {
        int largest = largest(ours, from, width);
        same += largest >= 0 && largest == largest(theirs, from, width) ? 1 : 0;
      }
    }
    return rows == 0 ? 1 : (double) same / rows;
  }

  /** The class that scores highest in each of the first rows. */
  static String said(Tensor output) {
    int width = Math.toIntExact(output.size(-1));
    long rows = output.elementCount() / width;
    String classes =
        LongStream.range(0, Math.min(rows, ROWS))
            .mapToObj(row -> Integer.toString(largest(output.toFloats(row * width, width))))
            .collect(Collectors.joining(" "));
    return (rows == 1 ? "class " : "classes ") + classes + (rows > ROWS ? " ..." : "");
  }

  /** The index of the first largest entry; -1 where one is not a number. */
  static int largest(float[] values) {
    return largest(values, 0, values.length);
  }

  private static int largest(float[] values, int from, int width) {
    int largest = 0;
    for (int i = 0; i < width; i++) {
      if (Float.isNaN(values[from + i])) {
        return -1;
      }
      if (values[from + i] > values[from + largest]) {
        largest = i;
      }
    }
    return largest;
  }
}
