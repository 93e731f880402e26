package io.demitasse.evaluate;

import io.demitasse.data.Division;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A task by what its samples are for: those that calibrate, those to train on, those that
 * candidates are chosen by, and those that judge the result, which no choice has seen.
 *
 * @param choose the task on what candidates are chosen by; its {@link Task#calibration()} are the
 *     samples to calibrate on
 * @param judge the task on what the last measurement is made on
 * @param train samples that weights may be changed by; none where no share was asked for
 * @param sizes how many of each, and what is shared
 * @param folds what cross-validation judges by, where samples that judge calibrate as well
 */
public record TaskSplits(Task choose, Task judge, Samples train, Sizes sizes, Folds folds) {
  /** The two-sided 95 % quantile of the normal distribution. */
  private static final double NORMAL_95 = 1.96;

  private static final Samples NONE = Samples.of("no samples", List.of());

  /** So many of something, such as lines. */
  public record Size(int count, String unit) {
    private static final Size NONE = new Size(0, "samples");

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,d %s", count, unit);
    }
  }

  /**
   * How many samples are for what.
   *
   * @param shared a sentence for each use that shares samples with another: evidence of lesser
   *     weight; empty where all are disjoint
   */
  public record Sizes(
      Size judged, Size chosen, Size trained, Size calibrated, List<String> shared) {
    /** Of a task that was not divided because nothing is measured. */
    public static final Sizes NONE =
        new Sizes(Size.NONE, Size.NONE, Size.NONE, Size.NONE, List.of());

    public Sizes {
      shared = List.copyOf(shared);
    }

    /** Without the unit where it is the first one's. */
    private String brief(Size size) {
      return size.unit().equals(judged.unit())
          ? String.format(Locale.ROOT, "%,d", size.count())
          : size.toString();
    }

    /** All of it in one sentence. */
    public String told() {
      String sizes =
          "judged on "
              + judged
              + ", chosen on "
              + brief(chosen)
              + (trained.count() > 0 ? ", trained on " + brief(trained) : "")
              + ", calibrated on "
              + brief(calibrated);
      return shared.isEmpty()
          ? sizes
          : sizes + "; weaker evidence, for some are shared: " + String.join("; ", shared);
    }
  }

  /**
   * A task all of whose samples are for everything: where nothing is chosen, or it cannot divide.
   */
  public static TaskSplits undivided(Task task) {
    Size all = new Size(task.samples().size(), "samples");
    return new TaskSplits(
        task,
        task,
        NONE,
        new Sizes(
            all,
            all,
            Size.NONE,
            new Size(task.calibration().size(), "samples"),
            List.of("judged on those it was chosen by: the task does not divide its samples")),
        Folds.undivided(task));
  }

  /**
   * What samples are divided for.
   *
   * @param training the share of all to train on, out of those to choose by; 0 where nothing
   *     trains, so that no evidence is wasted
   * @param limits what the budget allows to be lost
   */
  public record Request(double training, Limits limits) {
    /** Nothing trains, and nothing is held to a limit. */
    public static final Request PLAIN = new Request(0, (metric, limited) -> OptionalDouble.empty());

    /**
     * How many values a metric needs on each side, so that its interval takes no more than half of
     * what may be lost: the other half is room for the loss itself.
     *
     * @param limited whether a budget that names no metric holds this one
     * @param spread the standard deviation of its paired losses as compression usually makes them
     */
    public int least(String metric, boolean limited, double spread) {
      double limit = limits.of(metric, limited).orElse(1);
      double needed = Math.pow(NORMAL_95 * spread / (limit / 2), 2);
      // Where nothing may be lost, no number of samples makes room.
      return limit <= 0 ? Division.LEAST : (int) Math.max(Division.LEAST, Math.ceil(needed));
    }
  }

  /** How many points of a metric may be lost; empty where nothing limits it. */
  public interface Limits {
    /**
     * The limit of one metric.
     *
     * @param limited whether a budget that names no metric holds this one
     */
    OptionalDouble of(String metric, boolean limited);
  }

  /**
   * Samples that give one value each to every metric.
   *
   * @param samples of which the first are scored; others belong to all parts
   * @param count how many of them are scored
   * @param unit what these are called
   * @param group of which some are wanted on each side, by place; may be empty
   * @param least how many values each side needs, by metric
   */
  public record Scored(
      Samples samples,
      int count,
      String unit,
      IntFunction<String> group,
      Map<String, Integer> least) {
    public Scored {
      least = Map.copyOf(least);
    }

    private List<Division.Member> members() {
      Map<String, Integer> one = new HashMap<>();
      least.keySet().forEach(metric -> one.put(metric, 1));
      return IntStream.range(0, count)
          .mapToObj(
              i ->
                  new Division.Member(
                      Division.key(samples.get(i)), samples.declared(i), group.apply(i), one))
          .toList();
    }
  }

  /**
   * A task divided sample by sample: by what the data say, else by a hash of each.
   *
   * @param on makes the task of some of the samples that are scored, by their places
   */
  public static TaskSplits of(Scored scored, Request request, Function<List<Integer>, Task> on) {
    Division.Terms terms = new Division.Terms(false, request.training(), scored.least());
    Division division = Division.of(scored.members(), terms);
    List<Integer> calibrate = division.of(Split.CALIBRATE);
    return of(
        division,
        on,
        places -> new Size(places.size(), scored.unit()),
        on.apply(calibrate).calibration(),
        new Size(calibrate.size(), scored.unit()));
  }

  /**
   * A task as a division has it.
   *
   * @param on makes the task of some of what was divided, by their places
   * @param size how many of what is scored these are
   * @param calibration samples to calibrate on
   * @param calibrated how many these are
   */
  public static TaskSplits of(
      Division division,
      Function<List<Integer>, Task> on,
      Function<List<Integer>, Size> size,
      Samples calibration,
      Size calibrated) {
    Task choose = new CalibratedTask(on.apply(division.of(Split.CHOOSE)), calibration);
    Task judge = division.isShared() ? choose : on.apply(division.of(Split.JUDGE));
    List<Integer> train = division.of(Split.TRAIN);
    return new TaskSplits(
        choose,
        judge,
        train.isEmpty() ? NONE : on.apply(train).samples(),
        new Sizes(
            size.apply(division.of(Split.JUDGE)),
            size.apply(division.of(Split.CHOOSE)),
            size.apply(train),
            calibrated,
            division.shared()),
        Folds.of(division, on));
  }

  /** Whether no choice has seen what judges. */
  public boolean isDivided() {
    return choose != judge;
  }
}
