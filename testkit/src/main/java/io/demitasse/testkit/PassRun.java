package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Statistics;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Verifier;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassPorts;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Findings;
import io.demitasse.pipeline.PartContext;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One pass applied to one model. Applying it checks what every pass promises: the model it was made
 * from is untouched, the result is well formed, nodes that the step does not select are still
 * there, a second run changes nothing, and what the context knew of shapes is what is inferred of
 * the result.
 */
public final class PassRun {
  private static final Findings FINDINGS = new KeptFindings();

  private final Model before;
  private final Model after;
  private final List<Change> changes;
  private final List<RemovedUnits> removed;

  private PassRun(Model before, Model after, List<Change> changes, List<RemovedUnits> removed) {
    this.before = before;
    this.after = after;
    this.changes = changes;
    this.removed = removed;
  }

  public static PassRun of(ModelPass pass, String text) {
    return of(pass, TextGraph.parse(text));
  }

  public static PassRun of(ModelPass pass, Model model) {
    return of(pass, model, Where.EVERYWHERE, Statistics.NONE);
  }

  public static PassRun of(ModelPass pass, Model model, Where where, Statistics statistics) {
    return of(pass, model, where, _ -> statistics);
  }

  /** What a pass makes of a model, without what is checked here. */
  static Model once(ModelPass pass, Model model, Where where, Statistics statistics) {
    Model after = model.copy();
    apply(pass, after, model, where, statistics);
    return after;
  }

  /** With what a pass observes of a model, which is asked for again before the second run. */
  static PassRun of(
      ModelPass pass, Model model, Where where, Function<Model, Statistics> observed) {
    String untouched = TextGraph.print(model);
    Model after = model.copy();
    PartContext context = apply(pass, after, model, where, observed.apply(model));
    assertThat(TextGraph.print(model)).as("the model before the pass").isEqualTo(untouched);
    Verifier.verify(after);
    assertThat(context.removedUnselected()).as("nodes removed though not selected").isEmpty();
    if (pass.changesOnlyWeights() && context.renumberings().isEmpty()) {
      assertThat(operators(after)).as("operators").isEqualTo(operators(model));
    }
    Model twice = after.copy();
    PartContext again = apply(pass, twice, model, where, observed.apply(twice));
    assertThat(again.changes()).as("what a second run changes").noneMatch(Change::applied);
    assertThat(TextGraph.print(twice))
        .as("the model after a second run")
        .isEqualTo(TextGraph.print(after));
    return new PassRun(model, after, context.changes(), context.lacking().units());
  }

  private static PartContext apply(
      ModelPass pass, Model model, Model reference, Where where, Statistics statistics) {
    PartContext context =
        new PartContext("model", model, reference, Step.of(pass, where), 1)
            .with(PassPorts.of(pass.getClass()).found())
            .with(FINDINGS)
            .with(statistics);
    context.shapes().gaps(); // infers all there is
    pass.apply(model, context);
    CurrentShapes.check(context.shapes(), model);
    return context;
  }

  private static List<String> operators(Model model) {
    List<String> operators = new ArrayList<>();
    model.forEachNode(node -> operators.add(node.opType()));
    return operators;
  }

  public Model before() {
    return before;
  }

  public Model after() {
    return after;
  }

  /** The model after the pass, as text. */
  public String text() {
    return TextGraph.print(after);
  }

  /** Checks that the model after the pass is the one a text describes. */
  public PassRun gives(String expected) {
    assertThat(text()).isEqualTo(TextGraph.print(TextGraph.parse(expected)));
    return this;
  }

  /** Checks that the pass changed nothing and gave this reason for one node. */
  public PassRun refuses(String reason) {
    assertThat(changes).noneMatch(Change::applied);
    assertThat(changes).extracting(Change::text).contains(reason);
    return leavesAlone();
  }

  /** Checks that the pass changed nothing. */
  public PassRun leavesAlone() {
    assertThat(changes).noneMatch(Change::applied);
    assertThat(text()).isEqualTo(TextGraph.print(before));
    return this;
  }

  /** What the pass told, in order. */
  public List<Change> changes() {
    return changes;
  }

  /** Which units the pass told to have taken out, in order. */
  public List<RemovedUnits> removed() {
    return removed;
  }

  /** Checks that the model computes the same before and after, on two made-up samples. */
  public PassRun computesTheSame(double tolerance) {
    return computesTheSame(tolerance, Map.of());
  }

  /**
   * Checks that the model computes the same before and after, on two made-up samples.
   *
   * @param tolerance how far outputs may be apart, relative to the largest number of the output
   * @param sizes sizes of open dimensions of the inputs, by name or place
   */
  public PassRun computesTheSame(double tolerance, Map<String, Long> sizes) {
    Samples samples = SyntheticInputs.of(before.graph(), 7, 2, sizes);
    for (int i = 0; i < samples.size(); i++) {
      Map<String, Tensor> inputs = ((Sample.Tensors) samples.get(i)).inputs();
      Numbers.assertClose(Numbers.run(before, inputs), Numbers.run(after, inputs), tolerance);
    }
    return this;
  }
}
