package io.demitasse.train;

import java.time.Duration;

/**
 * How long and how fast a model learns.
 *
 * @param steps of the optimizer at most; at least 1
 * @param batch examples of a step; at least 1
 * @param rate how fast weights move
 * @param averaging what stands beside the present weights and may be better
 * @param regrowth how often other numbers of pruned weights become zero
 * @param evaluations how often what was learned is judged, over all steps; at least 1
 * @param patience judgements without a better one after which training ends, counted in the second
 *     half of the steps, for while the rate is high what was good is mostly worse; at least 1
 * @param time at most
 * @param seed of the order of examples
 */
public record Schedule(
    int steps,
    int batch,
    Rate rate,
    Averaging averaging,
    Regrowth regrowth,
    int evaluations,
    int patience,
    Duration time,
    long seed) {

  /** One by which zeros stay where they are. */
  public Schedule(
      int steps,
      int batch,
      Rate rate,
      Averaging averaging,
      int evaluations,
      int patience,
      Duration time,
      long seed) {
    this(steps, batch, rate, averaging, Regrowth.NONE, evaluations, patience, time, seed);
  }

  public Schedule {
    if (steps < 1 || batch < 1 || evaluations < 1 || patience < 1) {
      throw new IllegalArgumentException(
          "steps, batch, evaluations and patience are at least 1, got "
              + steps
              + ", "
              + batch
              + ", "
              + evaluations
              + " and "
              + patience);
    }
  }

  /** How the rate falls after it was warmed up. */
  public enum Decay {
    NONE,
    LINEAR,
    /** Loshchilov, Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017. */
    COSINE
  }

  /**
   * The learning rate, which rises from 0 and falls to 0 again.
   *
   * @param highest above 0
   * @param warmUp share of the steps in which it rises, from 0 to 1
   */
  public record Rate(double highest, double warmUp, Decay decay) {
    public Rate {
      if (!(highest > 0 && highest < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a learning rate is above 0, got " + highest);
      }
      if (!(warmUp >= 0 && warmUp <= 1)) {
        throw new IllegalArgumentException("a share is from 0 to 1, got " + warmUp);
      }
    }

    /**
     * The rate of a step.
     *
     * @param step from 0 on
     * @param steps in all
     */
    double at(int step, int steps) {
      double rising = warmUp * steps;
      if (step < rising) {
        return highest * (step + 1) / Math.max(1, rising);
      }
      double passed = steps > rising ? (step - rising) / (steps - rising) : 0;
      return switch (decay) {
        case NONE -> highest;
        case LINEAR -> highest * (1 - passed);
        case COSINE -> highest * (1 + Math.cos(Math.PI * passed)) / 2;
      };
    }
  }

  /** Weights that stand beside the present ones. */
  public sealed interface Averaging {
    /** None. */
    record None() implements Averaging {}

    /**
     * A running mean in which older weights count less and less.
     *
     * @param decay what is left of it after a step, from 0 to below 1
     */
    record Exponential(double decay) implements Averaging {}

    /**
     * The mean of all steps from some share of them on (Izmailov et al., Averaging Weights Leads to
     * Wider Optima, UAI 2018).
     *
     * @param from share of the steps, from 0 to below 1
     */
    record Stochastic(double from) implements Averaging {}
  }

  /**
   * Exchanges numbers of pruned weights that are zero and others, at regular times until three
   * quarters of the steps are done, and fewer and fewer, as a cosine falls.
   *
   * @param share of the numbers that are not zero at first, from 0 to 1
   * @param times how often; 0 for never
   */
  public record Regrowth(double share, int times) {
    /** Zeros stay where they are. */
    public static final Regrowth NONE = new Regrowth(0, 0);

    private static final double LAST = .75;

    public Regrowth {
      if (!(share >= 0 && share <= 1) || times < 0) {
        throw new IllegalArgumentException(
            "a share from 0 to 1 and times from 0 on are needed, got " + share + " and " + times);
      }
    }

    /**
     * The share that is exchanged after a step; 0 where none is.
     *
     * @param step from 1 on
     * @param steps in all
     */
    double at(int step, int steps) {
      double last = LAST * steps;
      if (times == 0 || step >= last || step % Math.max(1, (int) (last / times)) != 0) {
        return 0;
      }
      return share * (1 + Math.cos(Math.PI * step / last)) / 2;
    }
  }
}
