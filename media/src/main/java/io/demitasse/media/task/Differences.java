package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Difference;
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
   * Those that say something else first, then those furthest off.
   *
   * @param score agreement by sample
   */
  static List<Difference> of(
      Samples samples,
      List<Map<String, Tensor>> outputs,
      List<Map<String, Tensor>> reference,
      Score score) {
    return IntStream.range(0, outputs.size())
        .mapToObj(
            i -> {
              Sample sample = samples.get(i);
              return new Difference(
                  sample.id(),
                  content(sample),
                  said(reference.get(i)),
                  said(outputs.get(i)),
                  score.metric(),
                  score.perSample()[i]);
            })
        .filter(each -> each.saysOtherwise() || !(each.agreement() >= SAME))
        .sorted(
            Comparator.comparing(Difference::saysOtherwise)
                .reversed()
                .thenComparingDouble(Difference::agreement))
        .toList();
  }

  private static String content(Sample sample) {
    return switch (sample) {
      case Sample.Text(String _, String text) -> cut(text);
      case Sample.File(String _, java.nio.file.Path path) -> path.getFileName().toString();
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
