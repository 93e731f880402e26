package io.demitasse.bench;

import io.demitasse.data.Sample;
import io.demitasse.data.Split;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.Datasets;
import io.demitasse.objective.Batch;
import io.demitasse.port.Runtime;
import io.demitasse.train.Examples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * The pictures of Fashion-MNIST, each with its class as the target {@value #LABEL}.
 *
 * @param train official training set, shuffled
 * @param test official test set
 */
record Clothes(List<Batch> train, List<Batch> test) {
  static final String LABEL = "label";

  private static final int AT_ONCE = 500;

  /**
   * Reads them.
   *
   * @param folder with the four files
   * @param model that takes them
   * @param seed of the order
   */
  static Clothes read(Path folder, Model model, long seed) {
    Dataset data = Datasets.open(folder, DeclaredInputs.of(model));
    List<Batch> train = new ArrayList<>();
    List<Batch> test = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      boolean judges = data.declared(i).filter(split -> split == Split.JUDGE).isPresent();
      (judges ? test : train).add(example((Sample.Tensors) data.get(i)));
    }
    Collections.shuffle(train, new Random(seed));
    return new Clothes(train, test);
  }

  private static Batch example(Sample.Tensors sample) {
    long label = (long) sample.fields().number(LABEL).orElseThrow();
    return new Batch(sample.inputs(), Map.of(LABEL, Tensor.ofLongs(new long[] {1}, label)));
  }

  /** Some of those to train on. */
  Examples some(int from, int count) {
    return Examples.of(train.subList(from, from + count));
  }

  /** The share of the test set that a model names right. */
  double accuracy(Model model, Runtime runtime, int threads) {
    int right = 0;
    try (Runtime.Session session = runtime.open(model, Runtime.SessionOptions.of(threads))) {
      for (int from = 0; from < test.size(); from += AT_ONCE) {
        List<Batch> some = test.subList(from, Math.min(from + AT_ONCE, test.size()));
        right += right(session.run(stacked(some)).values().iterator().next(), some);
      }
    }
    return (double) right / test.size();
  }

  private static Map<String, Tensor> stacked(List<Batch> examples) {
    Map.Entry<String, Tensor> first = examples.getFirst().inputs().entrySet().iterator().next();
    double[][] pictures =
        examples.stream()
            .map(each -> each.inputs().values().iterator().next().toDoubles())
            .toArray(double[][]::new);
    long[] sizes = first.getValue().sizes().clone();
    sizes[0] = examples.size();
    double[] all = Arrays.stream(pictures).flatMapToDouble(Arrays::stream).toArray();
    return Map.of(first.getKey(), Tensor.ofNumbers(DataType.FLOAT, sizes, all));
  }

  private static int right(Tensor logits, List<Batch> examples) {
    double[] all = logits.toDoubles();
    int classes = all.length / examples.size();
    int right = 0;
    for (int i = 0; i < examples.size(); i++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        best = all[i * classes + k] > all[i * classes + best] ? k : best;
      }
      Tensor label = Objects.requireNonNull(examples.get(i).targets().get(LABEL));
      right += label.toDoubles()[0] == best ? 1 : 0;
    }
    return right;
  }
}
