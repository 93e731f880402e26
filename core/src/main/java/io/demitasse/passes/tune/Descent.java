package io.demitasse.passes.tune;

import io.demitasse.pass.Option;
import io.demitasse.port.Trainer;
import io.demitasse.train.Schedule;
import io.demitasse.train.TrainingData;
import java.time.Duration;
import java.util.Optional;

/**
 * How weights move along their gradients, and when that ends: the options that all passes of this
 * family share.
 */
public record Descent(
    @Option(doc = "Share of the steps in which the learning rate rises", value = "0.1")
        double warmUp,
    @Option(doc = "How the learning rate falls afterwards", value = "cosine") Schedule.Decay decay,
    @Option(doc = "How weights follow from gradients", value = "adam-w") Optimizer optimizer,
    @Option(
            doc = "Share of a matrix that a step takes off, times the learning rate",
            value = "0.01")
        double weightDecay,
    @Option(doc = "Greatest length of the gradient; 0 for any", value = "1") double clip,
    @Option(
            doc = "Whether a running mean of the weights is taken in place of the last ones",
            value = "none")
        Average average,
    @Option(
            doc =
                "What becomes of zeros in matrices of which at least a tenth is zero, as pruning"
                    + " leaves them: regrow lets as many be zero elsewhere, without a pattern",
            value = "keep")
        Zeros zeros,
    @Option(doc = "How often it is judged what was learned", value = "20") int judgements,
    @Option(
            doc =
                "Judgements without a better one, in the second half of the steps, after which"
                    + " training ends",
            value = "6")
        int patience,
    @Option(doc = "How long training takes at most", value = "10", unit = "minutes") double minutes,
    @Option(
            doc = "Compute products in bfloat16, which is fast where the processor has it",
            value = "false")
        boolean halfPrecision) {

  /** How weights follow from gradients. */
  public enum Optimizer {
    /** Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019. */
    ADAM_W,
    /** Steps down the gradient, with Nesterov's momentum of .9. */
    SGD
  }

  /** What stands beside the present weights. */
  public enum Average {
    /** Nothing. */
    NONE,
    /** A running mean that forgets: .999 of it is left after a step. */
    EXPONENTIAL,
    /**
     * The mean over the last quarter of the steps (Izmailov et al., "Averaging Weights Leads to
     * Wider Optima and Better Generalization", UAI 2018).
     */
    STOCHASTIC
  }

  /** What becomes of the zeros of a matrix that was pruned. */
  public enum Zeros {
    /** They stay. */
    KEEP,
    /** They are trained as all else. */
    TRAIN,
    /**
     * As many stay: now and then the smallest numbers become zero in place of those that the
     * gradient would move most (Evci, Gale, Menick, Castro, Elsen, "Rigging the Lottery: Making All
     * Tickets Winners", ICML 2020).
     */
    REGROW
  }

  private static final double FORGETTING = .999;
  private static final double LAST_QUARTER = .75;
  private static final double MOMENTUM = .9;
  private static final Schedule.Regrowth EXCHANGE = new Schedule.Regrowth(.3, 30);

  public Descent {
    require(warmUp >= 0 && warmUp <= 1, "warm-up must be from 0 to 1", warmUp);
    require(weightDecay >= 0 && weightDecay < 1, "weight-decay is from 0 to below 1", weightDecay);
    require(clip >= 0, "clip must be at least 0", clip);
    require(judgements >= 1, "judgements must be at least 1", judgements);
    require(patience >= 1, "patience must be at least 1", patience);
    require(minutes > 0 && Double.isFinite(minutes), "minutes must be above 0", minutes);
  }

  static void require(boolean fits, String what, Object got) {
    if (!fits) {
      throw new IllegalArgumentException(what + ", got " + got);
    }
  }

  /** A learning rate that a pass can have. */
  static void requireRate(double rate) {
    require(rate > 0 && Double.isFinite(rate), "rate must be above 0", rate);
  }

  /** The weight of a term that a pass can have. */
  static void requireWeight(String option, double weight) {
    require(weight >= 0 && Double.isFinite(weight), option + " must be at least 0", weight);
  }

  /**
   * How long training may take.
   *
   * @param limit of the run; empty where it has none
   */
  Duration within(Optional<Duration> limit) {
    Duration own = Duration.ofMillis((long) (minutes * 60_000));
    return limit.filter(most -> most.compareTo(own) < 0).orElse(own);
  }

  /**
   * A schedule.
   *
   * @param rate the highest learning rate
   * @param seed of the order of examples
   */
  Schedule schedule(int steps, int batch, double rate, Duration time, long seed) {
    return new Schedule(
        steps,
        batch,
        new Schedule.Rate(rate, warmUp, decay),
        averaging(),
        zeros == Zeros.REGROW ? EXCHANGE : Schedule.Regrowth.NONE,
        judgements,
        patience,
        time,
        seed);
  }

  private Schedule.Averaging averaging() {
    return switch (average) {
      case NONE -> new Schedule.Averaging.None();
      case EXPONENTIAL -> new Schedule.Averaging.Exponential(FORGETTING);
      case STOCHASTIC -> new Schedule.Averaging.Stochastic(LAST_QUARTER);
    };
  }

  /** What a trainer is set to. */
  Trainer.Settings settings(TrainingData data, long seed) {
    return new Trainer.Settings(
        data.threads(),
        seed,
        halfPrecision,
        clip == 0 ? Double.POSITIVE_INFINITY : clip,
        switch (optimizer) {
          case ADAM_W -> new Trainer.Optimizer.AdamW(.9, .999, 1e-8, weightDecay);
          case SGD -> new Trainer.Optimizer.Sgd(MOMENTUM, true, weightDecay);
        },
        data.memory(),
        zeros != Zeros.TRAIN,
        data.device());
  }
}
