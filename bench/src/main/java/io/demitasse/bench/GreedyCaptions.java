package io.demitasse.bench;

import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Writes captions with the likeliest token each time, until all have ended.
 *
 * @param words that tokens stand for
 */
record GreedyCaptions(WordTokenizer words) {
  private static final int LONGEST = 15;

  /**
   * The captions of pictures.
   *
   * @param session of a captioner
   * @param features of each picture, one row each
   */
  List<String> written(Runtime.Session session, List<Tensor> features) {
    int rows = features.size();
    Tensor seen = AskedQuestions.stacked(features);
    long[][] ids = new long[rows][LONGEST + 1];
    long first = words.words().indexOf(WordTokenizer.FIRST);
    Arrays.stream(ids).forEach(row -> row[0] = first);
    for (int length = 1; length <= LONGEST; length++) {
      int given = length;
      long[] all = Arrays.stream(ids).flatMapToLong(row -> Arrays.stream(row, 0, given)).toArray();
      Tensor tokens = Tensor.ofLongs(new long[] {rows, length}, all);
      int[] next = likeliest(session.run(Map.of("features", seen, "input_ids", tokens)));
      for (int row = 0; row < rows; row++) {
        ids[row][length] = next[row * length + length - 1];
      }
    }
    return Arrays.stream(ids).map(this::text).toList();
  }

  /** The words of a row between the first token and the one that ends it. */
  private String text(long[] ids) {
    return Arrays.stream(ids, 1, ids.length)
        .mapToObj(id -> words.words().get((int) id))
        .takeWhile(word -> !word.equals(WordTokenizer.LAST))
        .collect(Collectors.joining(" "));
  }

  /** The share of the next tokens that a captioner names, given all before. */
  static double nextTokens(Runtime.Session session, List<Batch> examples, String target) {
    int right = 0;
    int count = 0;
    for (Batch example : examples) {
      int[] said = likeliest(session.run(example.inputs()));
      long[] next = Objects.requireNonNull(example.targets().get(target)).toLongs();
      for (int i = 0; i < next.length; i++) {
        count += next[i] == Loss.IGNORED ? 0 : 1;
        right += next[i] == said[i] ? 1 : 0;
      }
    }
    return (double) right / count;
  }

  /** The token that scores highest at each position of each row. */
  private static int[] likeliest(Map<String, Tensor> outputs) {
    Tensor logits = outputs.values().iterator().next();
    float[] scores = logits.toFloats();
    int words = (int) logits.size(2);
    List<Integer> best = new ArrayList<>();
    for (int from = 0; from < scores.length; from += words) {
      int likeliest = from;
      for (int i = from; i < from + words; i++) {
        likeliest = scores[i] > scores[likeliest] ? i : likeliest;
      }
      best.add(likeliest - from);
    }
    return best.stream().mapToInt(Integer::intValue).toArray();
  }
}
