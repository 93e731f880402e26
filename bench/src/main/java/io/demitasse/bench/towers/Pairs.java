package io.demitasse.bench.towers;

import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.train.Examples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Features of pictures with the meanings of what is said of each. */
final class Pairs {
  private final List<float[]> features = new ArrayList<>();
  private final List<List<float[]>> meanings = new ArrayList<>();

  void add(float[] seen, List<float[]> told) {
    features.add(seen);
    meanings.add(told);
  }

  int size() {
    return features.size();
  }

  List<float[]> features() {
    return features;
  }

  /**
   * One example a picture, with another of its meanings in each epoch: two of one picture in a
   * batch would be held apart.
   *
   * @param standard makes features standard
   * @param noise deviation of what is added to standard features, anew in each epoch
   */
  Examples examples(Standardization standard, double noise) {
    return new Examples() {
      @Override
      public int size() {
        return features.size();
      }

      @Override
      public Batch get(int index) {
        return example(index, 0, 0);
      }

      @Override
      public Batch get(int index, long epoch) {
        return example(index, epoch, noise);
      }

      private Batch example(int index, long epoch, double strength) {
        float[] seen = standard.apply(features.get(index));
        Random random = new Random(31 * epoch + index);
        for (int i = 0; strength > 0 && i < seen.length; i++) {
          seen[i] += (float) (strength * random.nextGaussian());
        }
        List<float[]> told = meanings.get(index);
        float[] meaning = told.get((int) ((epoch + index) % told.size()));
        return new Batch(Map.of("features", row(seen), Head.MEANING, row(meaning)), Map.of());
      }
    };
  }

  private static Tensor row(float[] values) {
    return Tensor.ofFloats(new long[] {1, values.length}, values);
  }
}
