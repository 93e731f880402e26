package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.Pairs;
import io.demitasse.media.program.SingleProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Finds the label of a query among all labels, by the cosine of their embeddings.
 *
 * <p>Metrics, one value a query in the order of the queries: {@code recall@10} (1 when the label is
 * among the ten nearest), {@code recall@1}, {@code mrr} (one over the label's rank) and {@code
 * cosine} of the query's embedding to the original's. Of equally near labels the earlier goes
 * first; an embedding that is not finite is farthest from everything.
 */
public final class RetrievalTask implements Task {
  /** The name this task goes by. */
  public static final String NAME = "retrieval";

  private static final String EMOJI = "/io/demitasse/media/emoji/queries.tsv";

  private final Dataset samples;
  private final int[] answers;
  private final Program program;

  /** Samples are all queries, then all different labels; answers are indices into the labels. */
  private RetrievalTask(Dataset samples, int[] answers, Program program) {
    this.samples = samples;
    this.answers = answers;
    this.program = new EmbeddingOnly(program);
  }

  /** The built-in task: 1,025 sets of emoji tags, each to be answered with the emoji's name. */
  public static RetrievalTask emoji(Program program) {
    try (InputStream in = RetrievalTask.class.getResourceAsStream(EMOJI)) {
      if (in == null) {
        throw new IllegalStateException("resource " + EMOJI + " is missing from the media module");
      }
      return of(Pairs.read(in, "the built-in emoji queries"), program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A task of the user's own.
   *
   * @param file lines of a query, a tab and a label
   * @throws DemitasseException (bad request) when the file is not of that form
   */
  public static RetrievalTask of(Path file, Program program) {
    return of(Pairs.read(file), program);
  }

  /** A task over given pairs. */
  public static RetrievalTask of(Pairs pairs, Program program) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    List<Sample> samples = new ArrayList<>();
    int[] answers = new int[pairs.pairs().size()];
    for (Pairs.Pair pair : pairs.pairs()) {
      labels.putIfAbsent(pair.label(), labels.size());
      answers[samples.size()] = labels.get(pair.label());
      samples.add(new Sample.Text(pair.id(), pair.query()));
    }
    labels.keySet().forEach(label -> samples.add(new Sample.Text("label '" + label + "'", label)));
    return new RetrievalTask(Dataset.of(pairs.intake(), samples), answers, program);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** All queries, then all different labels. */
  @Override
  public Dataset samples() {
    return samples;
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public List<Score> score(List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference) {
    float[][] embeddings = embeddings(outputs);
    float[][] original = embeddings(reference);
    int[] ranks =
        Ranking.of(
            Arrays.copyOf(embeddings, answers.length),
            Arrays.copyOfRange(embeddings, answers.length, embeddings.length),
            answers);
    return List.of(
        Score.limited("recall@10", perQuery(query -> ranks[query] <= 10 ? 1 : 0)),
        Score.told("recall@1", perQuery(query -> ranks[query] == 1 ? 1 : 0)),
        Score.told("mrr", perQuery(query -> 1.0 / ranks[query])),
        Score.told(
            "cosine", perQuery(query -> Similarity.cosine(embeddings[query], original[query]))));
  }

  private double[] perQuery(IntToDoubleFunction value) {
    return IntStream.range(0, answers.length).mapToDouble(value).toArray();
  }

  private float[][] embeddings(List<Map<String, Tensor>> outputs) {
    if (outputs.size() != samples.size()) {
      throw new IllegalArgumentException(
          "expected outputs of " + samples.size() + " samples, got " + outputs.size());
    }
    return outputs.stream().map(RetrievalTask::embedding).toArray(float[][]::new);
  }

  private static float[] embedding(Map<String, Tensor> outputs) {
    Tensor embedding = outputs.get(SingleProgram.EMBEDDING);
    if (embedding == null) {
      throw DemitasseException.badRequest(
          "Retrieval needs an embedding, a float output [B,S,H] of a text encoder, but the model"
              + " gives "
              + outputs
              + ". Use the task agreement for this model.");
    }
    return embedding.toFloats();
  }
}
