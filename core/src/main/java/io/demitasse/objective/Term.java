package io.demitasse.objective;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that is to become small. */
public sealed interface Term extends Serializable {

  /** What it counts for in the sum; at least 0. */
  double weight();

  /** What it is called in curves and messages. */
  String name();

  /** A term that another model is run for. */
  sealed interface Taught extends Term {
    /** The name of that model. */
    String teacher();
  }

  /**
   * Outputs against what is known to be right.
   *
   * @param output name of an output of the model
   * @param target name of the target in the {@link Batch}
   */
  record Labels(Loss loss, String output, String target, double weight) implements Term {
    public Labels {
      check(weight);
    }

    @Override
    public String name() {
      return "labels";
    }
  }

  /**
   * Outputs against those of a teacher: {@code α·MSE + β·KL}, the divergence from softened
   * probabilities and times the temperature squared, so that its gradients keep their size (Hinton,
   * Vinyals, Dean, Distilling the Knowledge in a Neural Network, 2015). Classes lie along the last
   * axis.
   *
   * @param temperature that logits are divided by; above 0
   * @param alpha weight of the squared difference; at least 0
   * @param beta weight of the divergence; at least 0
   */
  record Distillation(
      String teacher,
      List<Match> outputs,
      double temperature,
      double alpha,
      double beta,
      double weight)
      implements Taught {
    public Distillation {
      outputs = List.copyOf(outputs);
      check(weight);
      check(alpha);
      check(beta);
      if (!(temperature > 0)) {
        throw new IllegalArgumentException("a temperature is above 0, got " + temperature);
      }
      if (outputs.isEmpty()) {
        throw new IllegalArgumentException("there is at least 1 output to learn, got none");
      }
    }

    @Override
    public String name() {
      return "distillation";
    }
  }

  /**
   * Vectors along the last axis against those of a teacher, by the cosine of their angle.
   *
   * @param outputs pairs of equal sizes
   * @param pooled whether vectors are first averaged over all positions that count, as those of
   *     tokens are to become the embedding of a text; the positions lie along the second axis
   */
  record Direction(String teacher, List<Match> outputs, boolean pooled, double weight)
      implements Taught {
    public Direction {
      outputs = List.copyOf(outputs);
      check(weight);
    }

    @Override
    public String name() {
      return "direction";
    }
  }

  /**
   * Inner values against those of a teacher, by their squared difference. Where the last axes
   * differ in size, a projection from the student's to the teacher's is learned beside the model
   * and thrown away with the training (Romero et al., FitNets, ICLR 2015).
   */
  record Features(String teacher, List<Match> values, double weight) implements Taught {
    public Features {
      values = List.copyOf(values);
      check(weight);
    }

    @Override
    public String name() {
      return "features";
    }
  }

  /**
   * How alike the rows of a batch are to each other, as cosines of one value, against the same of a
   * teacher, by their squared difference (Tung, Mori, Similarity-Preserving Knowledge Distillation,
   * ICCV 2019). The sizes of the two values need not be equal.
   */
  record Affinity(String teacher, Match value, double weight) implements Taught {
    public Affinity {
      check(weight);
    }

    @Override
    public String name() {
      return "affinity";
    }
  }

  /**
   * Rows of two outputs that belong together against all others of the batch, in both directions
   * (Radford et al., Learning Transferable Visual Models, ICML 2021). Of one output alone, rows
   * that follow each other belong together: the first and the second, the third and the fourth
   * (Gao, Yao, Chen, SimCSE: Simple Contrastive Learning of Sentence Embeddings, EMNLP 2021).
   *
   * @param left name of an output, {@code [rows, size]}, or {@code [rows, positions, size]}, of
   *     which the mean over the positions that count is compared
   * @param right name of another, or the same, whose number of rows is even then
   * @param temperature that cosines are divided by; above 0
   * @param mask name of a graph input {@code [rows, positions]} that is 0 where a position does not
   *     count; null where all count
   */
  record Contrast(
      String left, String right, double temperature, @Nullable String mask, double weight)
      implements Term {
    public Contrast {
      check(weight);
      if (!(temperature > 0)) {
        throw new IllegalArgumentException("a temperature is above 0, got " + temperature);
      }
    }

    /** Of outputs without positions, or of which all count. */
    public Contrast(String left, String right, double temperature, double weight) {
      this(left, right, temperature, null, weight);
    }

    @Override
    public String name() {
      return "contrast";
    }
  }

  /**
   * An output against what was recorded of another model at the same place, by the squared
   * difference of their elements.
   *
   * @param output name of an output of the model
   * @param target name of the target in the {@link Batch}, of the same sizes
   * @param mask name of a tensor among the inputs of the batch that is 0 where a position does not
   *     count; it has the first axes of the output; null where all positions count
   */
  record Reconstruction(String output, String target, @Nullable String mask, double weight)
      implements Term {
    public Reconstruction {
      check(weight);
    }

    @Override
    public String name() {
      return "reconstruction";
    }
  }

  /**
   * Absolute values of the weights, or lengths of groups of them, so that many become exactly 0. It
   * is no part of the gradient: after each step weights are moved towards 0 by the learning rate
   * times {@link #weight}, and stop there (Parikh, Boyd, Proximal Algorithms, 2014).
   *
   * @param groups whether a group is all that belongs to one output channel, instead of each weight
   *     by itself
   */
  record Sparsity(boolean groups, double weight) implements Term {
    public Sparsity {
      check(weight);
    }

    @Override
    public String name() {
      return groups ? "group sparsity" : "sparsity";
    }
  }

  private static void check(double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a weight is at least 0 and finite, got " + weight);
    }
  }
}
