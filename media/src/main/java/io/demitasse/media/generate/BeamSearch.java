package io.demitasse.media.generate;

import io.demitasse.error.Cancellation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds a probable text by going on with the most probable beginnings at once (B. T. Lowerre, The
 * HARPY Speech Recognition System, Carnegie Mellon University, 1976); with one of them it is
 * greedy. Texts that ended compete by their logarithm of probability over a power of their length
 * (Y. Wu et al., Google's Neural Machine Translation System, arXiv 1609.08144, 2016, with the plain
 * length in place of their shifted one).
 */
public final class BeamSearch {
  private final GenerationRules rules;
  private final Candidates candidates;

  public BeamSearch(GenerationRules rules) {
    this.rules = rules;
    this.candidates = new Candidates(rules);
  }

  /** A beginning with what may follow it. */
  private record Extension(int row, Generated text, Candidates.Candidate next) {
    double logProbability() {
      return text.logProbability() + next.logProbability();
    }

    Generated extended() {
      return text.with(next.token(), next.logProbability());
    }

    Generated ended() {
      return text.ended(next.logProbability());
    }
  }

  /**
   * Generates one text.
   *
   * @param model that has seen nothing yet
   * @param prompt what it is given first; at least one token
   */
  public Generated run(NextTokens model, List<Long> prompt) {
    float[][] logits =
        model.after(new long[][] {prompt.stream().mapToLong(Long::longValue).toArray()});
    List<Generated> running = List.of(Generated.NOTHING);
    List<Generated> finished = new ArrayList<>();
    for (int length = 0; length < rules.most(); length++) {
      Cancellation.check();
      List<Extension> best = extensions(running, logits, length == 0);
      List<Extension> going = new ArrayList<>();
      for (int i = 0; i < best.size() && going.size() < rules.beams(); i++) {
        Extension extension = best.get(i);
        if (!rules.stop().contains(extension.next().token())) {
          going.add(extension);
        } else if (i < rules.beams()) {
          finished.add(extension.ended());
        }
      }
      running = going.stream().map(Extension::extended).toList();
      if (running.isEmpty() || isDecided(running, finished)) {
        break;
      }
      if (length + 1 < rules.most()) {
        logits = next(model, going);
      }
    }
    return best(finished.isEmpty() ? running : finished).orElse(Generated.NOTHING);
  }

  private float[][] next(NextTokens model, List<Extension> going) {
    int[] rows = going.stream().mapToInt(Extension::row).toArray();
    if (rows.length != 1 || rows[0] != 0) {
      model.keep(rows);
    }
    return model.after(
        going.stream()
            .map(extension -> new long[] {extension.next().token()})
            .toArray(long[][]::new));
  }

  /** Twice as many as there are beams, so that those that end do not take the places of others. */
  private List<Extension> extensions(List<Generated> running, float[][] logits, boolean first) {
    int count = rules.beams() == 1 ? 1 : 2 * rules.beams();
    return IntStream.range(0, running.size())
        .boxed()
        .flatMap(
            row ->
                candidates.best(logits[row], first, count).stream()
                    .map(next -> new Extension(row, running.get(row), next)))
        .sorted(Comparator.comparingDouble(Extension::logProbability).reversed())
        .limit(count)
        .toList();
  }

  /**
   * Whether as many have ended as there are beams, and what goes on is behind the worst of them.
   */
  private boolean isDecided(List<Generated> running, List<Generated> finished) {
    if (finished.size() < rules.beams()) {
      return false;
    }
    double worst =
        finished.stream()
            .mapToDouble(this::score)
            .boxed()
            .sorted(Comparator.reverseOrder())
            .skip(rules.beams() - 1L)
            .findFirst()
            .orElseThrow();
    return running.stream().mapToDouble(this::score).max().orElseThrow() <= worst;
  }

  private Optional<Generated> best(List<Generated> texts) {
    return texts.stream().max(Comparator.comparingDouble(this::score));
  }

  private double score(Generated text) {
    return text.logProbability() / Math.pow(Math.max(1, text.length()), rules.lengthPenalty());
  }
}
