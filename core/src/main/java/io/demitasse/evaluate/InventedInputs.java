package io.demitasse.evaluate;

import io.demitasse.data.Fields;
import io.demitasse.data.InputShapes;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.RunEstimate;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds inputs that a model takes where nobody gives any.
 *
 * <p>Sizes come from {@link InputShapes}: the first of its attempts that the graph does not
 * contradict, that fits the memory and that the runtime runs. What it runs on gives outputs that
 * are not empty, unless nothing does.
 *
 * @param given sizes of open dimensions that are not to be chosen
 */
public record InventedInputs(Graph graph, Map<String, Long> given, Memory memory) {
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d{1,5}(?![\\w.])");

  /** Numbers of a refusal that are tried as sizes. */
  private static final int HINTS = 6;

  public InventedInputs {
    given = Map.copyOf(given);
  }

  /**
   * Sizes that nothing known speaks against, found without running anything.
   *
   * @return sizes of open dimensions, as {@link SyntheticInputs#of} takes them
   * @throws DemitasseException (bad request) when a given size is of no open dimension, or an input
   *     is no tensor
   */
  public Map<String, Long> likelySizes() {
    List<Attempt> plausible = plausible(List.of());
    return plausible.isEmpty() ? given : plausible.getFirst().sizes;
  }

  /**
   * Samples that the model takes.
   *
   * @param opener opens a session of the model
   * @throws DemitasseException (bad request) when none are found, with what was tried and what the
   *     runtime said
   */
  public Samples samples(long seed, int count, Supplier<Runtime.Session> opener) {
    Search search = new Search(seed);
    Map<String, Long> sizes;
    try (Runtime.Session session = opener.get()) {
      sizes = search.sizes(session);
    }
    Samples found = SyntheticInputs.of(graph, seed, count, sizes);
    return search.refusal == null ? found : new Adjusted(found, search.account(found));
  }

  /**
   * Sizes to try.
   *
   * @param estimate of a run
   */
  private record Attempt(Map<String, Long> sizes, RunEstimate estimate) {
    int contradictions() {
      return estimate.contradictions().size();
    }
  }

  /**
   * The attempts that fit the memory, those first that contradict the graph least; in their own
   * order where the usual one does not contradict it.
   */
  private List<Attempt> plausible(List<Long> hints) {
    List<Attempt> attempts = new ArrayList<>();
    Attempt usual = attempt(given);
    List<Long> suggested =
        hints.isEmpty() ? hints(String.join(" ", usual.estimate.contradictions())) : hints;
    for (Map<String, Long> sizes : InputShapes.attempts(graph, given, suggested)) {
      attempts.add(sizes.equals(given) ? usual : attempt(sizes));
      if (usual.contradictions() == 0 && fits(usual) && hints.isEmpty()) {
        break;
      }
    }
    List<Attempt> fitting = attempts.stream().filter(this::fits).toList();
    return usual.contradictions() == 0
        ? fitting
        : fitting.stream().sorted(Comparator.comparingInt(Attempt::contradictions)).toList();
  }

  private boolean fits(Attempt attempt) {
    return attempt.estimate.activationBytes() <= memory.ofInventedRun();
  }

  private Attempt attempt(Map<String, Long> sizes) {
    return new Attempt(sizes, RunEstimate.of(graph, InputShapes.of(graph, sizes)));
  }

  /** What a refusal says of sizes, the largest first: it is tried before what may be. */
  private static List<Long> hints(String refusal) {
    return NUMBER
        .matcher(refusal)
        .results()
        .map(match -> Long.valueOf(match.group()))
        .filter(number -> number > 1)
        .distinct()
        .sorted(Comparator.reverseOrder())
        .limit(HINTS)
        .toList();
  }

  /** One search for sizes that run. */
  private final class Search {
    private final long seed;
    private final Set<Map<String, Long>> tried = new LinkedHashSet<>();
    private @Nullable String refusal;
    private Optional<Map<String, Long>> empty = Optional.empty();

    Search(long seed) {
      this.seed = seed;
    }

    Map<String, Long> sizes(Runtime.Session session) {
      List<Attempt> first = plausible(List.of());
      if (first.isEmpty()) {
        throw tooLarge();
      }
      return firstToRun(session, first)
          .or(() -> firstToRun(session, plausible(furtherHints())))
          .or(() -> empty)
          .orElseThrow(this::nothingRuns);
    }

    /** At least one, so that all attempts are listed and not only the usual one. */
    private List<Long> furtherHints() {
      List<Long> hints = hints(String.valueOf(refusal));
      return hints.isEmpty() ? List.of(1L) : hints;
    }

    private Optional<Map<String, Long>> firstToRun(
        Runtime.Session session, List<Attempt> attempts) {
      return attempts.stream()
          .map(Attempt::sizes)
          .filter(sizes -> tried.add(sizes) && runs(session, sizes))
          .findFirst();
    }

    private boolean runs(Runtime.Session session, Map<String, Long> sizes) {
      try {
        long[] elements = {0};
        session.run(
            inputs(SyntheticInputs.of(graph, seed, 1, sizes)),
            (_, output) -> elements[0] += output.elementCount());
        if (elements[0] > 0) {
          return true;
        }
        empty = empty.or(() -> Optional.of(sizes));
        refused("it gives only empty outputs");
      } catch (DemitasseException e) {
        if (e.kind() == DemitasseException.Kind.PASS_FAILED) {
          throw e;
        }
        refused(String.valueOf(e.getMessage()));
      }
      return false;
    }

    private void refused(String why) {
      refusal = refusal == null ? why : refusal;
    }

    private List<String> account(Samples found) {
      return List.of(
          String.format(
              Locale.ROOT,
              "inputs are invented as %s: usual sizes did not run (%s)",
              inputs(found),
              refusal));
    }

    private DemitasseException nothingRuns() {
      return DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "No invented inputs suit this model: %d combinations of sizes were tried%s. At first:"
                  + " %s Give samples of your own with --data (tensors as .npz or JSON lines, for"
                  + " %s), or sizes with --shape.",
              tried.size(),
              triedSizes(),
              sentence(refusal),
              names()));
    }

    private String triedSizes() {
      Map<String, Set<Long>> byName = new LinkedHashMap<>();
      tried.forEach(
          sizes ->
              sizes.forEach(
                  (name, size) ->
                      byName.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(size)));
      return byName.isEmpty() ? "" : ", beside the usual ones " + byName;
    }

    private DemitasseException tooLarge() {
      Attempt usual = attempt(given);
      return DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Inputs cannot be invented: one run at the usual sizes needs about %s for inputs and"
                  + " results, the smallest that were tried do not fit either, and %s are allowed."
                  + " Allow more with --memory, give sizes with --shape, or samples with --data"
                  + " (tensors as .npz or JSON lines, for %s).",
              Memory.text(usual.estimate.activationBytes()),
              Memory.text(memory.ofInventedRun()),
              names()));
    }
  }

  private String names() {
    return graph.inputs().stream()
        .filter(input -> input.initializer() == null)
        .map(input -> input.toString())
        .collect(Collectors.joining(", "));
  }

  private static String sentence(@Nullable String text) {
    String said = String.valueOf(text).strip();
    return said.endsWith(".") ? said : said + ".";
  }

  private static Map<String, Tensor> inputs(Samples samples) {
    if (samples.get(0) instanceof Sample.Tensors(String _, Map<String, Tensor> inputs, Fields _)) {
      return inputs;
    }
    throw new IllegalStateException("synthetic inputs are tensors");
  }

  /** Invented samples of other sizes than usual, and why. */
  private record Adjusted(Samples samples, List<String> account) implements Samples {
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
      return samples.get(index);
    }

    @Override
    public boolean synthetic() {
      return true;
    }
  }
}
