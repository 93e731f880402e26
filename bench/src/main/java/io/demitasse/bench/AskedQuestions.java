package io.demitasse.bench;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Questions with their answers, and how many of them a model answers right: as they are, and with
 * pictures or questions exchanged among each other, which tells what it looks at. Answers are those
 * of the question as it was asked.
 *
 * @param answers all that there are, sorted: the classes of a model
 */
record AskedQuestions(List<Asked> all, List<String> answers) {
  private static final int AT_ONCE = 256;

  /** A question about a picture. */
  record Asked(Path picture, String question, String answer, String kind) {}

  /** Those for one purpose. */
  static AskedQuestions of(Samples samples, Split split, List<String> answers) {
    List<Asked> all = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      if (samples.declared(i).equals(java.util.Optional.of(split))
          && samples.get(i) instanceof Sample.File file) {
        all.add(
            new Asked(
                file.path(),
                text(file, Role.TEXT.field()),
                text(file, Role.LABEL.field()),
                text(file, "kind")));
      }
    }
    return new AskedQuestions(List.copyOf(all), List.copyOf(answers));
  }

  private static String text(Sample sample, String field) {
    return sample.fields().text(field).orElseThrow();
  }

  /** The same, each about the picture of another. */
  AskedQuestions withOtherPictures(long seed) {
    List<Asked> others = shuffled(seed);
    return new AskedQuestions(
        IntStream.range(0, all.size())
            .mapToObj(i -> asked(others.get(i).picture(), all.get(i).question(), all.get(i)))
            .toList(),
        answers);
  }

  /** The same, each with the question of another. */
  AskedQuestions withOtherQuestions(long seed) {
    List<Asked> others = shuffled(seed);
    return new AskedQuestions(
        IntStream.range(0, all.size())
            .mapToObj(i -> asked(all.get(i).picture(), others.get(i).question(), all.get(i)))
            .toList(),
        answers);
  }

  private static Asked asked(Path picture, String question, Asked as) {
    return new Asked(picture, question, as.answer(), as.kind());
  }

  private List<Asked> shuffled(long seed) {
    List<Asked> others = new ArrayList<>(all);
    Collections.shuffle(others, new Random(seed));
    return others;
  }

  /**
   * How many a model answered right.
   *
   * @param byKind of each kind of question
   */
  record Right(int right, int asked, Map<String, Right> byKind) {
    double share() {
      return (double) right / asked;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(String.format(Locale.ROOT, "%.4f (%,d of %,d)", share(), right, asked));
      byKind.forEach(
          (kind, of) -> text.append(String.format(Locale.ROOT, "; %s %.4f", kind, of.share())));
      return text.toString();
    }
  }

  /** How many of them a model answers right. */
  Right answered(Runtime.Session session, PictureQuestions program) {
    Map<String, int[]> counts = new TreeMap<>();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<Asked> some = all.subList(from, Math.min(from + AT_ONCE, all.size()));
      int[] said = said(session.run(inputs(some, program)), some.size());
      for (int i = 0; i < some.size(); i++) {
        int[] count = counts.computeIfAbsent(some.get(i).kind(), _ -> new int[2]);
        count[0] += answers.get(said[i]).equals(some.get(i).answer()) ? 1 : 0;
        count[1]++;
      }
    }
    Map<String, Right> byKind = new TreeMap<>();
    counts.forEach((kind, count) -> byKind.put(kind, new Right(count[0], count[1], Map.of())));
    int right = byKind.values().stream().mapToInt(Right::right).sum();
    return new Right(right, all.size(), byKind);
  }

  private static Map<String, Tensor> inputs(List<Asked> some, PictureQuestions program) {
    Map<String, Tensor> inputs =
        new HashMap<>(program.tokens(some.stream().map(Asked::question).toList()));
    inputs.put(
        "pixel_values",
        stacked(some.stream().map(each -> program.picture(each.picture())).toList()));
    return inputs;
  }

  /** Tensors of one row each, one behind the other. */
  static Tensor stacked(List<Tensor> rows) {
    long[] sizes = rows.getFirst().sizes().clone();
    sizes[0] = rows.size();
    float[] all = new float[Math.toIntExact(Tensor.elementCount(sizes))];
    int each = all.length / rows.size();
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i).toFloats(), 0, all, i * each, each);
    }
    return Tensor.ofFloats(sizes, all);
  }

  private int[] said(Map<String, Tensor> outputs, int count) {
    float[] logits = outputs.values().iterator().next().toFloats();
    int classes = answers.size();
    int[] said = new int[count];
    Arrays.setAll(
        said,
        row ->
            IntStream.range(0, classes)
                .boxed()
                .max((a, b) -> Float.compare(logits[row * classes + a], logits[row * classes + b]))
                .orElseThrow());
    return said;
  }
}
