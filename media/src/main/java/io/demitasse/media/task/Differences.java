package io.demitasse.media.task;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Finds the samples on which a model differs from the original, without knowing what is right. */
final class Differences {
  /** What agrees to this is not told, unless it says something else. */
  private static final double SAME = 1 - 1e-6;

  /** Characters that are shown of a sample, and of what is said of it. */
  private static final int LONGEST = 240;

  private Differences() {}

  /**
   * What is kept of a sample.
   *
   * @param before what the original makes of it, in words
   * @param after what the model makes of it
   */
  private record Seen(Map<String, OutputAgreement> agreement, String before, String after) {}

  /**
   * A sample and how far the model is from the original.
   *
   * @param agreement by the task's first metric
   */
  private record Apart(int sample, Seen seen, double agreement) {
    boolean saysOtherwise() {
      return !seen.before().equals(seen.after());
    }
  }

  /** Finds those that say something else first, then those furthest off. */
  static Review<?, List<Difference>> review(Samples samples, int limit) {
    return new Review<>(Differences::seen, all -> worst(samples, all, limit));
  }

  private static Seen seen(int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    return new Seen(
        AgreementTask.agreement(sample, outputs, reference), said(reference), said(outputs));
  }

  private static List<Difference> worst(Samples samples, List<Seen> all, int limit) {
    Score score = AgreementTask.judged(all.stream().map(Seen::agreement).toList()).getFirst();
    double[] agreement = score.perSample();
    return IntStream.range(0, all.size())
        .mapToObj(i -> new Apart(i, all.get(i), agreement[i]))
        .filter(each -> each.saysOtherwise() || !(each.agreement() >= SAME))
        .sorted(
            Comparator.comparing(Apart::saysOtherwise)
                .reversed()
                .thenComparingDouble(Apart::agreement))
        .limit(limit)
        .map(each -> difference(samples.get(each.sample()), each, score.metric()))
        .toList();
  }

  private static Difference difference(Sample sample, Apart apart, String metric) {
    return new Difference(
        sample.id(),
        content(sample),
        apart.seen().before(),
        apart.seen().after(),
        metric,
        apart.agreement());
  }

  private static String content(Sample sample) {
    return switch (sample) {
      case Sample.Text(String _, String text, Fields _) -> cut(text);
      case Sample.File(String _, java.nio.file.Path path, Fields _) ->
          path.getFileName().toString();
      case Sample.Tensors _ -> "";
    };
  }

  /** What people can read in outputs: texts, and the classes that score highest. */
  private static String said(Map<String, Tensor> outputs) {
    List<String> said = new ArrayList<>();
    new TreeMap<>(outputs)
        .forEach(
            (name, tensor) -> {
              if (tensor.dataType() == DataType.STRING) {
                tensor
                    .strings()
                    .forEach(text -> said.add(new String(text, StandardCharsets.UTF_8)));
              } else if (isOfClasses(name, tensor)) {
                said.add(Classes.said(tensor));
              }
            });
    return cut(String.join("\n", said));
  }

  private static boolean isOfClasses(String name, Tensor tensor) {
    DataType type = tensor.dataType();
    return type.isFloatingPoint() && type.bits() >= 16 && Classes.areIn(name, tensor);
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= LONGEST
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…";
  }
}
