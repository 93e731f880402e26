package io.demitasse.evaluate;

import io.demitasse.data.Modalities;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.manifest.Manifest.Modality;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Measures how much a score hangs on each modality: samples are given the picture, or the text, of
 * other samples, and keep all else, and what is lost is what the modality was worth. A model that
 * has stopped looking at the picture loses nothing, also where its accuracy shows nothing.
 *
 * <pre>
 *   sample 1   picture 1  question 1  ─▶ right      picture 3  question 1  ─▶ ?   label 1
 *   sample 2   picture 2  question 2  ─▶ right      picture 1  question 2  ─▶ ?   label 2
 *   sample 3   picture 3  question 3  ─▶ right      picture 2  question 3  ─▶ ?   label 3
 * </pre>
 *
 * <p>It is permutation importance (Leo Breiman, "Random Forests", Machine Learning, 2001) of whole
 * modalities, as in Gat, Schwartz and Schwing, "Perceptual Score: What Data Modalities Does Your
 * Model Perceive?", NeurIPS 2021. No sample keeps its own. All intervals are of samples; the order
 * is one that the seed says.
 */
final class Ablation {
  /** Samples that are judged at most. */
  private static final int MOST = 256;

  /** Samples that are looked at for those that have several modalities. */
  private static final int LOOKED_AT = 4 * MOST;

  /** With fewer, an interval tells nothing. */
  private static final int LEAST = 8;

  private static final long SEED = 17;

  private final Scoring scoring;
  private final Samples samples;
  private final Modalities modalities;

  /**
   * @param scoring of a task on these samples
   */
  private Ablation(Scoring scoring, Samples samples, Modalities modalities) {
    this.scoring = scoring;
    this.samples = samples;
    this.modalities = modalities;
  }

  /**
   * Of a task's samples that have several modalities; empty where they are too few, or are not
   * judged one by one.
   */
  static Optional<Ablation> of(Task task, Modalities modalities, Opening opening) {
    if (modalities.all().size() < 2) {
      return Optional.empty();
    }
    Samples all = task.samples();
    List<Integer> several =
        spread(IntStream.range(0, all.size()).boxed().toList(), LOOKED_AT).stream()
            .filter(place -> modalities.of(all.get(place)).size() > 1)
            .toList();
    if (several.size() < LEAST) {
      return Optional.empty();
    }
    return task.chosen(spread(several, MOST))
        .map(some -> new Ablation(opening.scoring(some), some.samples(), modalities));
  }

  /** Makes what scores a task. */
  interface Opening {
    Scoring scoring(Task task);
  }

  private static List<Integer> spread(List<Integer> places, int most) {
    int count = Math.min(most, places.size());
    return IntStream.range(0, count)
        .mapToObj(i -> places.get((int) ((long) i * places.size() / count)))
        .toList();
  }

  /** The loss by each modality that samples have. */
  List<Dependence> measure(BundleFiles original, BundleFiles result, Evaluator.Progress progress) {
    Map<Modality, Integer> having = new EnumMap<>(Modality.class);
    for (int i = 0; i < samples.size(); i++) {
      Set<Modality> own = modalities.of(samples.get(i));
      own.forEach(each -> having.merge(each, 1, Integer::sum));
    }
    List<Dependence> dependence = new ArrayList<>();
    having.forEach(
        (modality, count) -> {
          if (count >= LEAST) {
            measure(modality, original, result, progress).ifPresent(dependence::add);
          }
        });
    return dependence;
  }

  private Optional<Dependence> measure(
      Modality modality, BundleFiles original, BundleFiles result, Evaluator.Progress progress) {
    Samples exchanged = new Exchanged(samples, modalities, modality, derangement(samples.size()));
    PairedScores whole = scoring.paired(result, progress);
    Optional<Task.Score> held = whole.original().stream().filter(Task.Score::limited).findFirst();
    if (held.isEmpty()) {
      return Optional.empty();
    }
    String metric = held.get().metric();
    List<Statistic> statistics = new ArrayList<>();
    for (List<Task.Score> scores :
        List.of(
            whole.original(),
            scoring.given(exchanged, original, progress),
            whole.candidate(),
            scoring.given(exchanged, result, progress))) {
      scores.stream()
          .filter(score -> score.metric().equals(metric))
          .map(Task.Score::statistic)
          .findFirst()
          .ifPresent(statistics::add);
    }
    boolean paired = statistics.stream().map(Statistic::size).distinct().count() == 1;
    return statistics.size() == 4 && paired && statistics.getFirst().size() > 0
        ? Optional.of(dependence(modality, metric, statistics))
        : Optional.empty();
  }

  /**
   * @param four of the original on samples as they are and exchanged, and of the result
   */
  private static Dependence dependence(Modality modality, String metric, List<Statistic> four) {
    Interval before = Intervals.degradation(four.get(0), four.get(1));
    Interval after = Intervals.degradation(four.get(2), four.get(3));
    int size = four.getFirst().size();
    return new Dependence(
        modality,
        metric,
        before,
        after,
        before.low() > 0
            ? Intervals.quotient(
                size,
                places -> four.get(2).of(places) - four.get(3).of(places),
                places -> four.get(0).of(places) - four.get(1).of(places))
            : null,
        size);
  }

  /**
   * For each place another one: one cycle through all (Sandra Sattolo, "An algorithm to generate a
   * random cyclic permutation", Information Processing Letters, 1986).
   */
  static int[] derangement(int size) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] places = IntStream.range(0, size).toArray();
    for (int i = size - 1; i > 0; i--) {
      int other = random.nextInt(i);
      int place = places[i];
      places[i] = places[other];
      places[other] = place;
    }
    return places;
  }

  /** Samples that have one modality of others. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Exchanged(Samples samples, Modalities modalities, Modality modality, int[] others)
      implements Samples {
    @Override
    public String name() {
      return samples.name();
    }

    @Override
    public int size() {
      return samples.size();
    }

    @Override
    public Sample get(int index) {
      return modalities.exchanged(samples.get(index), modality, samples.get(others[index]));
    }
  }
}
