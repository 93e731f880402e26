package io.demitasse.evaluate;

import io.demitasse.cost.KernelCost;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Times two models against each other so that noise meets both alike: alternating pairs of fresh
 * sessions, short blocks of runs interleaved within a pair, one ratio of lower quartiles a pair.
 *
 * <p>Pairs are added beyond the first five while the verdict is undecided, up to a limit.
 */
public final class PairedTiming {
  /** A ratio up to this is not called slower. */
  public static final double TOLERANCE = KernelCost.TOLERANCE;

  private static final int BLOCK = 3;

  /** Runs that take longer than this, in milliseconds, are interleaved one by one. */
  private static final double SLOW = 30;

  private static final int MINIMUM_BLOCKS = 3;

  /** Where a single run of each fills the time there is. */
  private static final int MINIMUM_SLOW_BLOCKS = 2;

  /**
   * How long to measure.
   *
   * @param pairs pairs of fresh sessions at least; 3 or more
   * @param maximumPairs pairs at most
   * @param milliseconds time to spend on one workload in one pair, exceeded only by very slow
   *     models
   */
  public record Effort(int pairs, int maximumPairs, int milliseconds) {
    /** What an interval of ratios can be told by. */
    private static final int FEWEST = 3;

    public static final Effort QUICK = new Effort(5, 13, 250);
    public static final Effort THOROUGH = new Effort(9, 21, 1_000);

    public Effort {
      if (pairs < FEWEST || maximumPairs < pairs || milliseconds < 1) {
        throw new IllegalArgumentException(
            "timing needs at least "
                + FEWEST
                + " pairs and a maximum not below them, got "
                + pairs
                + " to "
                + maximumPairs);
      }
    }

    /**
     * The same for another while.
     *
     * @throws DemitasseException (bad request) when it is less than a millisecond
     */
    public Effort of(int otherMilliseconds) {
      if (otherMilliseconds < 1) {
        throw DemitasseException.badRequest(
            "Timing takes at least 1 ms for each kind of input, got " + otherMilliseconds + ".");
      }
      return new Effort(pairs, maximumPairs, otherMilliseconds);
    }

    /** As little as a verdict can be told by, and no more than that where it is clear. */
    Effort confirming() {
      return new Effort(FEWEST, pairs, milliseconds);
    }
  }

  /** What is timed, fresh for each pair. */
  public interface Subject extends AutoCloseable {
    void run(Map<String, Tensor> inputs);

    @Override
    void close();

    /** Runs of a session. */
    static Subject of(Runtime.Session session) {
      return of(session::run, session::close);
    }

    /** Any work. */
    static Subject of(Consumer<Map<String, Tensor>> work, Runnable close) {
      return new Subject() {
        @Override
        public void run(Map<String, Tensor> inputs) {
          work.accept(inputs);
        }

        @Override
        public void close() {
          close.run();
        }
      };
    }
  }

  private final Effort effort;
  private final LongSupplier clock;

  public PairedTiming(Effort effort) {
    this(effort, System::nanoTime);
  }

  /**
   * @param clock nanoseconds since whenever
   */
  public PairedTiming(Effort effort, LongSupplier clock) {
    this.effort = effort;
    this.clock = clock;
  }

  /**
   * Compares on every workload.
   *
   * @param baseline opens a fresh session of the model to beat
   * @param candidate opens a fresh session of the model in question
   */
  public List<TimingComparison> compare(
      Supplier<Subject> baseline, Supplier<Subject> candidate, List<Workload> workloads) {
    return paired(
        workloads,
        (candidateFirst, all) -> {
          try (Subject first = (candidateFirst ? candidate : baseline).get();
              Subject second = (candidateFirst ? baseline : candidate).get()) {
            Subject ours = candidateFirst ? first : second;
            Subject theirs = candidateFirst ? second : first;
            all.forEach(series -> series.measure(theirs, ours));
          }
        });
  }

  /**
   * The same with one session alive at a time, as a user has it: threads of one that wait for work
   * cannot disturb the other.
   */
  public List<TimingComparison> compareInTurns(
      Supplier<Subject> baseline, Supplier<Subject> candidate, List<Workload> workloads) {
    return paired(
        workloads,
        (candidateFirst, all) -> {
          for (boolean ours : new boolean[] {candidateFirst, !candidateFirst}) {
            try (Subject alone = (ours ? candidate : baseline).get()) {
              all.forEach(series -> series.measureAlone(alone, ours));
            }
          }
        });
  }

  /**
   * The same where loading takes long: a session is kept from one pair to the next, whose order is
   * the other, so that there is one load a pair and not two.
   */
  public List<TimingComparison> compareWithFewLoads(
      Supplier<Subject> baseline, Supplier<Subject> candidate, List<Workload> workloads) {
    try (LastSubject last = new LastSubject(baseline, candidate)) {
      return paired(
          workloads,
          (candidateFirst, all) -> {
            for (boolean ours : new boolean[] {candidateFirst, !candidateFirst}) {
              Subject alone = last.or(ours);
              all.forEach(series -> series.measureAlone(alone, ours));
            }
          });
    }
  }

  /** Holds what was timed last, until the other is to be timed. */
  private static final class LastSubject implements AutoCloseable {
    private final Supplier<Subject> baseline;
    private final Supplier<Subject> candidate;
    private @Nullable Subject held;
    private boolean heldIsCandidate;

    LastSubject(Supplier<Subject> baseline, Supplier<Subject> candidate) {
      this.baseline = baseline;
      this.candidate = candidate;
    }

    Subject or(boolean isCandidate) {
      Subject subject = held;
      if (subject != null && heldIsCandidate == isCandidate) {
        return subject;
      }
      close();
      subject = (isCandidate ? candidate : baseline).get();
      held = subject;
      heldIsCandidate = isCandidate;
      return subject;
    }

    @Override
    public void close() {
      Subject subject = held;
      held = null;
      if (subject != null) {
        subject.close();
      }
    }
  }

  /** Measures one pair of sessions on all workloads. */
  private interface Pair {
    void measure(boolean candidateFirst, List<Series> all);
  }

  private List<TimingComparison> paired(List<Workload> workloads, Pair once) {
    List<Series> all = workloads.stream().map(Series::new).toList();
    for (int pair = 0; pair < effort.maximumPairs() && !all.isEmpty(); pair++) {
      once.measure(pair % 2 == 1, all);
      if (pair + 1 >= effort.pairs() && all.stream().allMatch(Series::decided)) {
        break;
      }
    }
    return all.stream().map(Series::comparison).toList();
  }

  /** All that was measured on one workload: the runs of each session, pair by pair. */
  private final class Series {
    private final Workload workload;
    private final List<double[]> baseline = new ArrayList<>();
    private final List<double[]> candidate = new ArrayList<>();

    Series(Workload workload) {
      this.workload = workload;
    }

    void measure(Subject theirs, Subject ours) {
      List<Double> theirTimes = new ArrayList<>();
      List<Double> ourTimes = new ArrayList<>();
      double warm = (warmUp(theirs) + warmUp(ours)) / 2;
      interleave(
          warm,
          effort.milliseconds(),
          block -> {
            time(theirs, block, theirTimes);
            time(ours, block, ourTimes);
          });
      baseline.add(array(theirTimes));
      candidate.add(array(ourTimes));
    }

    void measureAlone(Subject session, boolean ours) {
      List<Double> times = new ArrayList<>();
      interleave(warmUp(session), share(), block -> time(session, block, times));
      (ours ? candidate : baseline).add(array(times));
    }

    /** Runs blocks for a while. */
    private void interleave(double warm, double milliseconds, IntConsumer blocks) {
      int block = warm > SLOW ? 1 : BLOCK;
      int minimum = warm > share() ? MINIMUM_SLOW_BLOCKS : MINIMUM_BLOCKS;
      long end = clock.getAsLong() + (long) (milliseconds * 1e6);
      for (int done = 0; done < minimum || clock.getAsLong() < end; done++) {
        blocks.accept(block);
      }
    }

    /** Milliseconds that each of the two has. */
    private double share() {
      return effort.milliseconds() / 2.;
    }

    /** Runs twice, or once where that takes long enough, and tells what the last run took. */
    private double warmUp(Subject session) {
      List<Double> times = new ArrayList<>();
      time(session, 1, times);
      if (times.getLast() < share()) {
        time(session, 1, times);
      }
      return times.getLast();
    }

    private void time(Subject session, int runs, List<Double> times) {
      Map<String, Tensor> inputs = workload.inputs();
      for (int run = 0; run < runs; run++) {
        long start = clock.getAsLong();
        session.run(inputs);
        times.add((clock.getAsLong() - start) / 1e6);
      }
    }

    boolean decided() {
      return comparison().verdict() != Verdict.UNDECIDED;
    }

    TimingComparison comparison() {
      return TimingComparison.of(workload.name(), baseline, candidate);
    }
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
