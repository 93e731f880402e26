package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Latency;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import io.demitasse.kernels.LayerTime;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.clean.FoldShapes;
import io.demitasse.pipeline.Change;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * A part whose layers do as the script says: what a form makes of each, and how the loss of the
 * whole follows from the errors of layers. Verdicts are those of the {@link AcceptancePolicy}'s
 * limits on size, time and accuracy.
 */
final class ScriptedWorkers implements Workers {
  private static final Latency LATENCY = new Latency(new Interval(1, 2, 3), 1, 3, 9);
  private static final long BESIDE = 1_000;
  private static final double SLOWER = 1.03;

  /**
   * One layer in one form.
   *
   * @param size of its bytes relative to those it had
   * @param time the same of what it takes
   */
  record Form(double error, double size, double time) {
    Form(double error, double size) {
      this(error, size, 1);
    }
  }

  /** A layer, and what passes make of it by their names. */
  record ScriptedLayer(String node, long bytes, Map<String, Form> forms) {}

  private final Path folder;
  private final List<ScriptedLayer> layers;
  private final Budget budget;
  private final DoubleUnaryOperator loss;
  private final Map<String, Double> times;
  private final SearchNode parent;
  final List<Attempt> attempts = new ArrayList<>();

  /** The bundle as it was given; the part alone unless the test says otherwise. */
  SearchNode original;

  /** What is left of all errors where a second step follows the form of the layers. */
  double recovering = 1;

  /**
   * @param loss of the metric {@code accuracy} for a sum of errors
   * @param times of the whole in each form, where every layer has it; 1 where none is given
   */
  ScriptedWorkers(
      Path folder,
      List<ScriptedLayer> layers,
      Budget budget,
      DoubleUnaryOperator loss,
      Map<String, Double> times) {
    this.folder = folder;
    this.layers = layers;
    this.budget = budget;
    this.loss = loss;
    this.times = times;
    this.parent =
        node(0, List.of(), layers.stream().mapToLong(ScriptedLayer::bytes).sum() + BESIDE);
    this.original = parent;
  }

  /** The part beside another one, which had so many bytes before it was compressed. */
  SearchNode beside(long bytes) {
    return new SearchNode(
        0,
        parent.key(),
        parent.bundle(),
        parent.files().with(new BundleFiles(Map.of("large", sparse(bytes)))),
        List.of(),
        Map.of());
  }

  @Override
  public SearchNode original() {
    return original;
  }

  @Override
  public SearchNode parent() {
    return parent;
  }

  @Override
  public Optional<Attempt> measure(Choice choice, Option option) {
    double errors = 0;
    double bytes = BESIDE;
    double time = 0;
    List<Change> changes = new ArrayList<>();
    for (ScriptedLayer layer : layers) {
      Optional<Step> step =
          option.steps().stream().filter(each -> selects(each, layer)).findFirst();
      Form form = step.map(each -> layer.forms().get(name(each))).orElse(new Form(0, 1, 1));
      errors += form.error();
      bytes += form.size() * layer.bytes();
      time +=
          step.map(each -> times.getOrDefault(name(each), 1.)).orElse(1.)
              * form.time()
              / layers.size();
      step.ifPresent(
          _ ->
              changes.add(
                  new Change(
                      "script", true, Bundle.SINGLE, layer.node(), "MatMul", "in another form")));
    }
    if (changes.isEmpty()) {
      return Optional.empty();
    }
    boolean recovered = option.steps().stream().anyMatch(step -> step.pass() instanceof FoldShapes);
    double lost = loss.applyAsDouble(recovered ? recovering * errors : errors);
    ScoreComparison score =
        new ScoreComparison(
            "accuracy",
            new Interval(.9, .9, .9),
            new Interval(.9 - lost, .9 - lost, .9 - lost),
            new Interval(lost, lost, lost),
            100,
            true);
    boolean slower = time > SLOWER;
    TimingComparison timing =
        new TimingComparison(
            "1x1",
            LATENCY,
            LATENCY,
            new Interval(time, time, time),
            List.of(time),
            slower ? Verdict.SLOWER : Verdict.FASTER);
    return Optional.of(
        attempt(
            choice,
            option,
            changes,
            (long) bytes,
            List.of(timing),
            slower ? List.of() : List.of(score)));
  }

  @Override
  public Optional<Attempt> measureTrained(Choice choice, Option option, Attempt timed) {
    return measure(choice, option);
  }

  private Attempt attempt(
      Choice choice,
      Option option,
      List<Change> changes,
      long bytes,
      List<TimingComparison> timings,
      List<ScoreComparison> scores) {
    int id = attempts.size() + 1;
    Candidate candidate =
        new Candidate(
            id,
            0,
            option.title(),
            option.steps(),
            changes,
            List.of(),
            new Candidate.Measured(bytes, timings, scores),
            new Candidate.Decision(false, ""));
    SearchNode node = node(id, option.steps(), bytes);
    Optional<Rejection> rejection =
        scores.isEmpty()
            ? Optional.of(new Rejection(Rejection.Kind.SLOWER, "slower"))
            : budget.exceeded(scores).stream()
                .findFirst()
                .map(text -> new Rejection(Rejection.Kind.INACCURATE, text));
    double cost =
        AcceptancePolicy.cost(
            parent.files(), node.files(), choice.parts(), timings, Preference.BALANCED);
    Attempt attempt = new Attempt(candidate, option.steps(), node, rejection, cost);
    attempts.add(attempt);
    return attempt;
  }

  @Override
  public List<Layer> layers(Choice choice, Attempt attempt) {
    String pass = name(attempt.candidate().added().getLast());
    return layers.stream()
        .filter(layer -> layer.forms().containsKey(pass))
        .map(layer -> new Layer(layer.node(), layer.forms().get(pass).error(), layer.bytes(), 1))
        .sorted(Comparator.comparingDouble(Layer::error).reversed())
        .toList();
  }

  @Override
  public List<LayerTime> times(Choice choice, Attempt attempt) {
    String pass = name(attempt.candidate().added().getLast());
    double before = LATENCY.time().value() / layers.size();
    return layers.stream()
        .filter(layer -> layer.forms().containsKey(pass))
        .map(layer -> new LayerTime(layer.node(), before, before * layer.forms().get(pass).time()))
        .toList();
  }

  private static boolean selects(Step step, ScriptedLayer layer) {
    return layer.forms().containsKey(name(step))
        && !step.where().exceptNodes().contains(layer.node());
  }

  private static String name(Step step) {
    return PassOptions.name(step.pass().getClass());
  }

  private SearchNode node(int id, List<Step> steps, long bytes) {
    return new SearchNode(
        id,
        Key.of(Map.of(), steps),
        Bundle.of(
            TextGraph.parse("ir 8, opset 17\ngraph g(x: float[1]) -> (y) {\n  y = Relu(x)\n}\n")),
        new BundleFiles(Map.of(Bundle.SINGLE, sparse(bytes))),
        steps,
        Map.of());
  }

  private Path sparse(long bytes) {
    try {
      Path file = Files.createTempFile(folder, "model", ".onnx");
      try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
        sparse.setLength(bytes);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
