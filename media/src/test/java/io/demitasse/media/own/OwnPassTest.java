package io.demitasse.media.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.passes.Catalogue;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Report;
import io.demitasse.run.RecipeCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pass that a user's module brings is used from a recipe as ours are. */
final class OwnPassTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("model.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                """
                ir 8, opset 17
                graph g(x: float[batch,16]) -> (y) {
                  w = float[16,16] ~ 1
                  spread = float[16] ~ 2 in [1, 2]
                  nothing = float[] {0}
                  a = MatMul(x, w)
                  b = Div(a, spread) # division
                  c = Div(b, nothing) # "by zero"
                  y = Relu(b)
                }
                """),
            model,
            ModelFormat.WriteOptions.DEFAULT);
  }

  private Demitasse job() {
    List<Sample> rows =
        IntStream.range(0, 8)
            .<Sample>mapToObj(i -> new Sample.Tensors("row " + i, row(i)))
            .toList();
    return Demitasse.open(model)
        .data(Samples.of("rows", rows))
        .effort(new PairedTiming.Effort(3, 3, 1))
        .threads(1);
  }

  private static Map<String, Tensor> row(int seed) {
    float[] numbers = new float[16];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(seed * 16 + i);
    }
    return Map.of("x", Tensor.ofFloats(new long[] {1, 16}, numbers));
  }

  private static Recipe recipe(String head, String steps) {
    return Recipes.parse("demitasse: 1\n" + head + "steps:\n" + steps, "the test's recipe");
  }

  @Test
  void aReplayedRecipeAppliesItAndRepeatsItsBytes() throws IOException {
    Recipe given = recipe("resolved: true\n", "- pass: multiply-instead\n");
    Path one = write(given, "one");
    Recipe written = Recipes.read(one.resolveSibling("recipe.yaml"));
    Path two = write(written, "two");

    assertThat(written.steps().getFirst().pass()).isEqualTo(new MultiplyInstead(65_536));
    assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    assertThat(TextGraph.print(Ports.find().format().read(one)))
        .contains("Mul(a, spread_reciprocal)");
  }

  private Path write(Recipe steps, String name) {
    try (Compressed small = job().recipe(steps).compress()) {
      return small.writeTo(folder.resolve(name)).model();
    }
  }

  @Test
  void theGuardJudgesItAndTheReportTellsWhatItDid() {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    Recipe steps = recipe("", "- pass: multiply-instead\n  where: {parts: [model]}\n");

    try (Compressed small = job().recipe(steps).events(events::add).compress()) {
      Report.Tried tried = small.report().candidates().getFirst();
      assertThat(tried.title()).isEqualTo("multiply-instead");
      assertThat(tried.timings()).isNotEmpty();
      assertThat(tried.changed()).isEqualTo(1);
      assertThat(tried.skipped()).isEqualTo(1);
      assertThat(events)
          .contains(
              new Event.Started("multiply-instead", OptionalInt.of(tried.id())),
              new Event.Decided("multiply-instead", tried.kept(), tried.why(), tried.id()));
    }
  }

  @Test
  void aCheckTellsWhatItFinds() {
    RecipeCheck check = job().check(recipe("", "- pass: multiply-instead\n"));

    assertThat(check.problems()).isEmpty();
    assertThat(check.steps())
        .containsExactly(new RecipeCheck.Found("multiply-instead", 4, 1, 1, ""));
  }

  @Test
  void itIsListedAndSuggestedAndItsOptionsAreChecked() {
    assertThat(Catalogue.all()).containsEntry("multiply-instead", MultiplyInstead.class);
    assertThatThrownBy(() -> recipe("", "- pass: multiply-insted\n"))
        .hasMessageContaining("did you mean 'multiply-instead'?");
    assertThatThrownBy(
            () -> recipe("", "- pass: multiply-instead\n  options: {maximum-elements: 0}\n"))
        .hasMessageContaining("maximum-elements must be at least 1, got 0");
  }

  @Test
  void aPortThatIsMissingIsToldBeforeAnythingRuns() {
    List<Event> events = new ArrayList<>();
    Recipe steps = recipe("", "- pass: solve-for-weights\n");
    String missing =
        "pass 'solve-for-weights' needs the port EquationSolver. What solves equations is in a"
            + " module that is not on the class path: add com.example:equations";

    assertThatThrownBy(() -> job().events(events::add).recipe(steps))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BACKEND_FAILED))
        .hasMessage("The recipe cannot be carried out: " + missing + ".");
    assertThat(events).isEmpty();
    RecipeCheck check = job().check(steps);
    assertThat(check.problems()).containsExactly(missing);
    assertThat(check.steps())
        .containsExactly(new RecipeCheck.Found("solve-for-weights", 4, 0, 0, missing));
  }

  @Test
  void whatItThrowsIsABugOfItsAuthor() {
    assertThatThrownBy(() -> job().check(recipe("", "- pass: go-wrong\n")))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.PASS_FAILED))
        .hasMessageContaining("the pass did not declare that it needs the port Runtime")
        .hasMessageContaining(
            "This is a bug in io.demitasse.media.own.GoWrong: tell its author, with the model");
  }

  @Test
  void howFarItIsIsToldAtEachPercentForItsCandidate() {
    List<Event.Advanced> told = Collections.synchronizedList(new ArrayList<>());

    try (Compressed small =
        job()
            .recipe(recipe("", "- pass: count-slowly\n"))
            .events(
                event -> {
                  if (event instanceof Event.Advanced advanced
                      && advanced.what().equals("count-slowly")) {
                    told.add(advanced);
                  }
                })
            .compress()) {
      assertThat(small.bundle().part(Bundle.SINGLE).graph().nodeCount()).isEqualTo(4);
    }

    assertThat(told)
        .hasSize(101)
        .last()
        .isEqualTo(new Event.Advanced("count-slowly", 1000, 1000, OptionalInt.of(1)));
  }

  @Test
  void anInterruptEndsItInTheMiddle() {
    Thread caller = Thread.currentThread();
    List<Event> after = new ArrayList<>();
    Demitasse job =
        job()
            .recipe(recipe("", "- pass: count-slowly\n  options: {to: 1000000000000}\n"))
            .events(
                event -> {
                  if (caller.isInterrupted()) {
                    after.add(event);
                  } else if (event instanceof Event.Advanced(String what, _, _, _)
                      && what.equals("count-slowly")) {
                    caller.interrupt();
                  }
                });

    assertThatThrownBy(job::compress)
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.CANCELLED));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(after).noneMatch(event -> event instanceof Event.Decided);
  }
}
