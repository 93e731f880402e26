package io.demitasse.media.task;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How an output of a sample agrees with the original's. Other shapes than the original's, and
 * values that are not finite where the original's are, agree by 0.
 */
sealed interface OutputAgreement {
  /** Elements that are read at a time. */
  int PIECE = 1 << 14;

  /**
   * Of floating-point numbers.
   *
   * @param decibels the ratio of signal to noise
   * @param top1 the share of rows with the same largest entry
   * @param ofClasses whether rows of the original are scores of classes
   */
  record Real(double cosine, double decibels, double top1, boolean ofClasses)
      implements OutputAgreement {}

  /**
   * Of integers.
   *
   * @param equal the share of equal elements
   */
  record Exact(double equal) implements OutputAgreement {}

  /** By the name of each output of the original that can be compared, in alphabetical order. */
  static Map<String, OutputAgreement> of(
      Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    Map<String, OutputAgreement> agreements = new TreeMap<>();
    reference.forEach(
        (name, original) ->
            of(name, outputs.get(name), original)
                .ifPresent(agreement -> agreements.put(name, agreement)));
    return agreements;
  }

  private static Optional<OutputAgreement> of(
      String name, @Nullable Tensor output, Tensor original) {
    DataType type = original.dataType();
    Tensor like = output != null && isLike(output, original) ? output : null;
    if (type.isFloatingPoint() && type.bits() >= 16) {
      boolean ofClasses = Classes.areIn(name, original);
      return Optional.of(
          like == null
              ? new Real(0, 0, 0, ofClasses)
              : new Real(
                  Similarity.cosine(like, original),
                  Similarity.decibels(like, original),
                  like.rank() == 0 ? 0 : Classes.agreement(like, original),
                  ofClasses));
    }
    if (!type.isFloatingPoint() && type.bits() >= 8 && type.bits() <= 64) {
      return Optional.of(new Exact(like == null ? 0 : equalShare(like, original)));
    }
    return Optional.empty();
  }

  private static boolean isLike(Tensor output, Tensor original) {
    return output.dataType().isFloatingPoint() == original.dataType().isFloatingPoint()
        && Arrays.equals(output.sizes(), original.sizes());
  }

  private static double equalShare(Tensor output, Tensor original) {
    long count = output.elementCount();
    long equal = 0;
    for (long done = 0; done < count; done += PIECE) {
      int piece = (int) Math.min(PIECE, count - done);
      long[] values = output.toLongs(done, piece);
      long[] expected = original.toLongs(done, piece);
      for (int i = 0; i < piece; i++) {
        equal += values[i] == expected[i] ? 1 : 0;
      }
    }
    return count == 0 ? 1 : (double) equal / count;
  }
}
