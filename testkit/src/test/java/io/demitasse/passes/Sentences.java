package io.demitasse.passes;

import io.demitasse.calibrate.Calibrator;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * English sentences with their token numbers in the vocabulary that MiniLM and BGE share, and their
 * embeddings.
 */
public final class Sentences {

  /** What is made of the vectors of all tokens. */
  public enum Pooling {
    MEAN,
    FIRST
  }

  private Sentences() {}

  /** One embedding a sentence, of length 1. */
  public static List<double[]> embed(Model model, Pooling pooling) {
    List<double[]> embeddings = new ArrayList<>();
    try (Runtime.Session session =
        Ports.find().runtime().open(model, Runtime.SessionOptions.of(2))) {
      for (Map<String, Tensor> sentence : inputs()) {
        Tensor hidden = Objects.requireNonNull(session.run(sentence).get("last_hidden_state"));
        embeddings.add(pooled(hidden, pooling));
      }
    }
    return embeddings;
  }

  /** What is to be seen of a model on all sentences. */
  public static Statistics seen(Set<Observation<?>> observations, Model model) {
    if (observations.isEmpty()) {
      return Statistics.NONE;
    }
    List<Sample> samples = new ArrayList<>();
    inputs().forEach(each -> samples.add(new Sample.Tensors("a sentence", each)));
    return new Calibrator(Ports.find().runtime())
        .collect(
            observations,
            Bundle.of(model),
            new IdentityProgram(),
            Samples.of("sentences", samples));
  }

  private static List<Map<String, Tensor>> inputs() {
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (long[] tokens : tokens()) {
      long[] sizes = {1, tokens.length};
      long[] ones = new long[tokens.length];
      Arrays.fill(ones, 1);
      inputs.add(
          Map.of(
              "input_ids", Tensor.ofLongs(sizes, tokens),
              "attention_mask", Tensor.ofLongs(sizes, ones),
              "token_type_ids", Tensor.ofLongs(sizes, new long[tokens.length])));
    }
    return inputs;
  }

  /** The cosine of each sentence's embeddings by two models. */
  public static double[] cosines(List<double[]> one, List<double[]> other) {
    double[] cosines = new double[one.size()];
    for (int i = 0; i < cosines.length; i++) {
      for (int j = 0; j < one.get(i).length; j++) {
        cosines[i] += one.get(i)[j] * other.get(i)[j];
      }
    }
    return cosines;
  }

  private static double[] pooled(Tensor hidden, Pooling pooling) {
    float[] values = hidden.toFloats();
    int width = (int) hidden.size(-1);
    int tokens = pooling == Pooling.MEAN ? values.length / width : 1;
    double[] sum = new double[width];
    for (int i = 0; i < tokens * width; i++) {
      sum[i % width] += values[i];
    }
    double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    return Arrays.stream(sum).map(x -> x / length).toArray();
  }

  private static List<long[]> tokens() {
    try (InputStream in =
        Objects.requireNonNull(Sentences.class.getResourceAsStream("sentences.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.substring(line.indexOf('\t') + 1))
          .map(ids -> Arrays.stream(ids.split(" ")).mapToLong(Long::parseLong).toArray())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
