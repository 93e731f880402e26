package io.demitasse.run;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.recipe.Step;
import io.demitasse.report.ByModality;
import io.demitasse.report.Report;
import io.demitasse.search.Journal;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Schedule;
import io.demitasse.search.SearchResult;
import io.demitasse.search.Settings;
import io.demitasse.search.StepwiseSearch;
import io.demitasse.source.Source;
import io.demitasse.techniques.DefaultPlan;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A result that nothing was measured of: the steps that are most likely good, and one run that
 * shows that it loads and that its outputs are finite and near those of the original.
 */
public record QuickCompression(RunContext context, Task task, Goal goal) {
  /** What a quick result is called wherever it is told of. */
  public static final String UNMEASURED = "taken unmeasured";

  /** Samples that calibration looks at, at most. */
  private static final int CALIBRATION = 32;

  /** The least cosine of outputs that are called near: under it something is broken. */
  private static final double NEAR = 0.9;

  /**
   * Refuses what only makes sense where something is measured.
   *
   * @throws DemitasseException (bad request) naming it
   */
  public static void requireNothingElse(
      @Nullable Recipe recipe, @Nullable Budget budget, boolean strict) {
    String asked =
        recipe != null ? "a recipe" : budget != null ? "a budget" : strict ? "--strict" : "";
    if (!asked.isEmpty()) {
      throw DemitasseException.badRequest(
          "--quick measures nothing and takes its own steps: it does not go with "
              + asked
              + ". Leave one of them out.");
    }
  }

  public RunResult run(long seed) {
    Source source = context.source();
    Task few = few(task, task.splits(TaskSplits.Request.PLAIN).choose().calibration());
    Evaluator evaluator = context.evaluator(few);
    Knowledge known = Knowledge.here(source.files(), !few.calibration().synthetic());
    List<Step> steps = DefaultPlan.of(goal, known).unmeasured(source.bundle());
    Course course =
        new Course(Collections.nCopies(steps.size() + 1, 1.0), context.events(), System::nanoTime);
    StepwiseSearch search =
        search(
            new Pipeline(context.ports().runtime(), source.bundle(), few, seed), evaluator, course);
    try {
      for (Step step : steps) {
        course.next();
        search.take(step, UNMEASURED);
      }
      course.next();
      search.store();
      course.accept(new Event.Started("running one sample"));
      SearchResult found = search.result();
      double cosine = cosine(evaluator, found.files());
      requireNear(cosine);
      Recipe recipe =
          new Recipe(found.steps(), task.name(), Budget.DEFAULT, seed, true, source.sha256());
      return new RunResult(
          context.ports().format(),
          source,
          found,
          unmeasured(found, recipe, cosine),
          recipe,
          "Nothing was measured: it may be slower, or less accurate than it looks. Leave --quick"
              + " out to know, and to lose what does harm.",
          search);
    } catch (RuntimeException | Error e) {
      search.close();
      throw e;
    }
  }

  private static void requireNear(double cosine) {
    if (!(cosine >= NEAR)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "What --quick makes of this model is not near it: on one sample the cosine of its"
                  + " outputs is %.3f, expected at least %.1f. Leave --quick out: the search"
                  + " spares the layers that do harm.",
              cosine,
              NEAR));
    }
  }

  private StepwiseSearch search(Pipeline pipeline, Evaluator evaluator, Consumer<Event> listener) {
    Source source = context.source();
    return new StepwiseSearch(
        context.ports(),
        pipeline,
        evaluator,
        new StepwiseSearch.Original(source.bundle(), source.files(), source.sha256()),
        new Settings(
            RecordedInputs.NONE,
            Map.of(),
            Map.of(),
            goal,
            context.threads(),
            Journal.NONE,
            Schedule.unlimited(),
            SearchMethod.ALLOCATE,
            Optional.empty(),
            Optional.empty(),
            listener));
  }

  private Report unmeasured(SearchResult found, Recipe recipe, double cosine) {
    FinalMeasurement.Result nothing =
        new FinalMeasurement.Result(
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Evaluator.Showing.NONE,
            Map.of(),
            new Report.Checks(
                Report.Memory.NOT_ASKED,
                List.of(),
                ByModality.NONE,
                OtherProcessors.remark(found.steps()).stream().toList()));
    Report report =
        new Reporting(context, TaskSplits.undivided(task), Budget.DEFAULT)
            .report(found, recipe, nothing, Report.CrossValidated.NONE);
    return new Report(
        report.title(),
        report.setting(),
        accuracy(cosine),
        report.parts(),
        List.of(),
        report.checks(),
        report.candidates(),
        report.training(),
        report.removed(),
        new Report.Outcome(
            report.budget().limits(),
            false,
            List.of("not measured: --quick takes what is likely good"),
            List.of()),
        "# Unmeasured: made by --quick, without a search.\n" + report.recipe());
  }

  private static Report.Accuracy accuracy(double cosine) {
    String evidence =
        String.format(
            Locale.ROOT,
            "not measured (--quick); on one sample the cosine of its outputs to the original's is"
                + " %.4f",
            cosine);
    return new Report.Accuracy(
        evidence,
        Report.Splits.NONE,
        List.of(),
        Report.CrossValidated.NONE,
        List.of(),
        List.of(),
        List.of(),
        Confusion.NONE,
        List.of());
  }

  /** The least cosine over all float outputs of one sample; 0 where one is not finite. */
  private double cosine(Evaluator evaluator, BundleFiles small) {
    Review<Double, Double> first =
        new Review<>((_, after, before) -> cosine(before, after), List::getFirst);
    return evaluator.review(first, small, (_, _) -> {});
  }

  private static double cosine(Map<String, Tensor> before, Map<String, Tensor> after) {
    return before.entrySet().stream()
        .filter(output -> output.getValue().dataType().isFloatingPoint())
        .mapToDouble(output -> cosine(output.getValue(), after.get(output.getKey())))
        .min()
        .orElse(1);
  }

  private static double cosine(Tensor before, @Nullable Tensor after) {
    if (after == null || after.elementCount() != before.elementCount()) {
      return 0;
    }
    float[] a = before.toFloats();
    float[] b = after.toFloats();
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      first += (double) a[i] * a[i];
      second += (double) b[i] * b[i];
    }
    boolean bothZero = first == 0 && second == 0;
    return bothZero ? 1 : product / Math.sqrt(first * second);
  }

  /** The same task on one sample, calibrated on few. */
  private static Task few(Task task, Samples calibration) {
    return new Task() {
      @Override
      public String name() {
        return task.name();
      }

      @Override
      public Samples samples() {
        return task.samples().spread(1);
      }

      @Override
      public Samples calibration() {
        return calibration.spread(CALIBRATION);
      }

      @Override
      public Program program() {
        return task.program();
      }

      @Override
      public List<String> metrics() {
        return task.metrics();
      }

      @Override
      public Review<?, List<Score>> scores() {
        return task.scores();
      }
    };
  }
}
