package io.demitasse.passes.quantize;

import io.demitasse.calibrate.Entropy;
import io.demitasse.calibrate.LeastError;
import io.demitasse.calibrate.MinMax;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Percentile;
import io.demitasse.calibrate.Range;
import io.demitasse.calibrate.Reducer;
import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Computes in 8-bit integers, with ranges of activations that were seen on data.
 *
 * <pre>
 *   x ─ Conv(W, b) ─ Relu ─ y ─ ...
 *
 *   becomes, with Q for QuantizeLinear and DQ for DequantizeLinear,
 *
 *   x ─ Q ─ DQ ─ Conv(W8 ─ DQ, b32 ─ DQ) ─ Relu ─ Q ─ DQ ─ y ─ ...
 * </pre>
 *
 * <p>A runtime computes what stands between DQ and Q with its integer kernels, and drops a Relu in
 * front of a Q that cuts off the same; a Clip that does is left out here, for ONNX Runtime refuses
 * some of them ({@link Clipping}). So a value keeps its float form only where a node that was not
 * chosen makes or reads it, and what matters is that integers go on unbroken from one product to
 * the next ({@link StaticPlan}):
 *
 * <pre>
 *   c ─┬─ HardSigmoid ─ h ─┬─ Mul ─ m ─ Add(0.3) ─ y ─ ...          a scaled and shifted hard swish
 *      └───────────────────┘
 *
 *   becomes
 *
 *   c ─ Q ─┬─ DQ ─ LeakyRelu(1) ─ Q ─ DQ ─┬─ Mul ─ Q ─ DQ(another zero point) ─ y ─ ...
 *          └─ DQ ─────────────────────────┘
 * </pre>
 *
 * <p>Activations are unsigned, over the range they had on the data with zero always on the grid;
 * weights are signed and symmetric, with one scale a channel; biases have 32 bits on the grid of
 * the sums.
 */
@PassInfo(
    summary = "Compute in 8-bit integers with ranges of activations seen on data",
    effect = PassInfo.Effect.LOSSY,
    minimumOpset = 13,
    needsData = true)
public record QuantizeStatic(
    @Option(doc = "ONNX operators to compute in integers; none for all that gain by it", value = "")
        List<String> operators,
    @Option(
            doc = "One scale for each output channel of a weight, not one for the whole",
            value = "true")
        boolean perChannel,
    @Option(
            doc = "Seven bits for weights, so that processors without VNNI do not saturate",
            value = "false")
        boolean reduceRange,
    @Option(
            doc = "How the range of an activation is taken from what was seen on data",
            value = "percentile",
            search = {"min-max", "percentile", "entropy", "least-error"})
        Calibration calibration,
    @Option(
            doc =
                "How many of the numbers of an activation lie in its range, for calibration by"
                    + " percentile",
            value = "99.99",
            unit = "%")
        double percentile)
    implements ModelPass {

  /** How the range of an activation is taken from what was seen on data. */
  public enum Calibration {
    /** From the least to the greatest number. */
    MIN_MAX,
    /** What is left when as many numbers are cut off at either end: {@link Percentile}. */
    PERCENTILE,
    /** Where 256 steps tell most of the distribution: {@link Entropy}. */
    ENTROPY,
    /** Where rounding and cutting off err least: {@link LeastError}. */
    LEAST_ERROR
  }

  public QuantizeStatic {
    operators = List.copyOf(operators);
    new Percentile(percentile);
    for (String operator : operators) {
      if (Op.find("", operator).filter(op -> !op.integerInputs().isEmpty()).isEmpty()) {
        throw new IllegalArgumentException(
            "no integer kernel is known for operator '" + operator + "'");
      }
    }
  }

  /** An empty list stays where this machine gains by what others do. */
  @Override
  public QuantizeStatic decided(KernelCosts costs) {
    List<Op> here = chosen(costs);
    return here.equals(chosen(KnownCosts.INSTANCE))
        ? this
        : new QuantizeStatic(
            here.stream().map(Op::type).toList(), perChannel, reduceRange, calibration, percentile);
  }

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    StaticPlan plan = StaticPlan.of(model, context, chosen(context.costs()), _ -> true);
    Set<Observation<?>> observations = new LinkedHashSet<>();
    plan.observed().forEach(value -> observations.add(observation(context, value)));
    return observations;
  }

  @Override
  public void apply(Model model, PassContext context) {
    StaticGrids grids = new StaticGrids(this, context);
    StaticPlan plan = StaticPlan.of(model, context, chosen(context.costs()), grids::isKnown);
    plan.refusals().forEach(context::skipped);
    grids.share(plan);
    new StaticQuantization(this, plan, grids, context).apply();
  }

  Observation<Range> observation(PassContext context, Value value) {
    return Observation.of(context.part(), value, reducer());
  }

  private Reducer<Range> reducer() {
    return switch (calibration) {
      case MIN_MAX -> new MinMax();
      case PERCENTILE -> new Percentile(percentile);
      case ENTROPY -> new Entropy();
      case LEAST_ERROR -> new LeastError();
    };
  }

  private List<Op> chosen(KernelCosts costs) {
    return Arrays.stream(Op.values())
        .filter(op -> !op.integerInputs().isEmpty() && op.domain().isEmpty())
        .filter(
            op ->
                operators.isEmpty()
                    ? !costs.isSlower(op.type(), "quantize-static")
                    : operators.contains(op.type()))
        .toList();
  }
}
