package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ops.Op;
import io.demitasse.pass.Where;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Step;
import io.demitasse.search.Choice;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Option;
import io.demitasse.search.Technique;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stores and multiplies in fewer bits: the number format that suits a part, and others where that
 * cannot be kept. Where bytes count most, all formats are tried; there, and where products have
 * ranges that were seen, weights that are left in float are stored in 8 bits at last.
 *
 * <p>Where there are data, activations that are multiplied in dynamic ranges are made smooth
 * before. Where there are samples and time to train, what is too inaccurate is trained to give what
 * the original gives.
 *
 * <p>Where the processor cuts products of 8-bit weights off, or the result has to be right on those
 * that do, weights are given 7 bits.
 */
record Precision(Goal goal) implements Technique {
  private static final String STATIC = "quantize-static";
  private static final String DYNAMIC = "quantize-dynamic";
  private static final String WEIGHTS = "quantize-weights";
  private static final String TRAINED = "train-quantized";
  private static final String SMOOTH = "smooth-activations";

  private static final List<Op> CONVOLUTIONS = List.of(Op.CONV, Op.CONV_TRANSPOSE);
  private static final List<Op> PRODUCTS = List.of(Op.MAT_MUL, Op.GEMM);

  /** What convolutions gain most from, and what is tried where that fails. */
  private static final List<String> CONVOLUTIONAL = List.of(STATIC, DYNAMIC, WEIGHTS);

  /** The same for matrix products. */
  private static final List<String> MULTIPLYING = List.of(DYNAMIC, WEIGHTS, STATIC);

  /** Those that multiply weights of 8 bits as they are. */
  private static final Set<String> MULTIPLYING_INTEGERS = Set.of(STATIC, DYNAMIC);

  @Override
  public List<Choice> choices(String part, Bundle bundle, Knowledge known) {
    List<Option> formats =
        formats(bundle.part(part)).stream()
            .map(name -> Option.of(step(name, part, known)))
            .toList();
    int together = goal.sizeFirst() ? formats.size() : 1;
    List<Option> fallbacks = new ArrayList<>(formats.subList(together, formats.size()));
    Choice choice = new Choice(List.of(part), formats.subList(0, together), fallbacks);
    List<Choice> choices = new ArrayList<>();
    Choice whole = isSmoothed(bundle.part(part), known) ? smoothed(choice, part, known) : choice;
    choices.add(whole.recoveredBy(recovery(part, known)));
    convolutions(part, bundle.part(part), known)
        .map(step -> Choice.of(List.of(part), step).recoveredBy(recovery(part, known)))
        .ifPresent(choices::add);
    if (storesWhatIsLeft()) {
      choices.add(left(part, known));
    }
    return choices;
  }

  /**
   * Where products of matrices are multiplied in dynamic ranges, convolutions beside them, such as
   * those in front of a transformer, stay in float: they are given ranges that were seen.
   */
  private Optional<Step> convolutions(String part, Model model, Knowledge known) {
    boolean beside = known.calibrated() && formats(model).getFirst().equals(DYNAMIC);
    return beside && count(model, CONVOLUTIONS) > 0
        ? Optional.of(
            Passes.step(
                STATIC,
                options(STATIC, known),
                new Where(List.of(part), operators(), List.of(), List.of(), List.of())))
        : Optional.empty();
  }

  private static List<String> operators() {
    return CONVOLUTIONS.stream().map(Op::type).toList();
  }

  /** Training wins back what rounding loses. */
  private List<Step> recovery(String part, Knowledge known) {
    return known.trains()
        ? List.of(Passes.step(TRAINED, goal.recovery(), Where.ofPart(part)))
        : List.of();
  }

  /** Whether there are data to smooth what is multiplied in dynamic ranges. */
  private boolean isSmoothed(Model model, Knowledge known) {
    return known.calibrated() && formats(model).getFirst().equals(DYNAMIC);
  }

  /**
   * What makes activations smooth and costs nothing comes first. What multiplies them for it is
   * tried where without it no more can be kept.
   */
  private Choice smoothed(Choice choice, String part, Knowledge known) {
    List<Option> fallbacks = new ArrayList<>();
    fallbacks.add(
        new Option(
            SMOOTH + ", " + DYNAMIC,
            List.of(smooth("anywhere", part, known), step(DYNAMIC, part, known))));
    fallbacks.addAll(choice.fallbacks());
    return new Choice(choice.parts(), choice.options(), fallbacks)
        .after(Option.of(smooth("nowhere", part, known)));
  }

  private Step smooth(String multiply, String part, Knowledge known) {
    Map<String, String> options = new LinkedHashMap<>(Map.of("multiply", multiply));
    if (known.saturates() || goal.anyProcessor()) {
      options.put("reduce-range", "true");
    }
    return Passes.step(SMOOTH, options, Where.ofPart(part));
  }

  /** Weights that are left in float are stored in 8 bits. */
  @Override
  public List<Choice> smaller(String part, Knowledge known) {
    return storesWhatIsLeft() ? List.of() : List.of(left(part, known));
  }

  private Choice left(String part, Knowledge known) {
    return Choice.of(List.of(part), step(WEIGHTS, part, known));
  }

  /** Whether weights that are left in float are stored in 8 bits whatever the size is by then. */
  private boolean storesWhatIsLeft() {
    return goal.sizeFirst() || seenRangesFirst();
  }

  private boolean seenRangesFirst() {
    return goal.preset().seenRangesFirst();
  }

  private List<String> formats(Model model) {
    return isConvolutional(model) || seenRangesFirst() ? CONVOLUTIONAL : MULTIPLYING;
  }

  /**
   * Static int8 for convolutions where there are data, 8-bit weights where there are none, and
   * dynamic int8 for products of matrices.
   */
  @Override
  public List<Step> unmeasured(String part, Bundle bundle, Knowledge known) {
    List<Step> steps = new ArrayList<>();
    if (isSmoothed(bundle.part(part), known)) {
      steps.add(smooth("nowhere", part, known));
    }
    unmeasured(isConvolutional(bundle.part(part)), known.calibrated())
        .forEach(name -> steps.add(step(name, part, known)));
    convolutions(part, bundle.part(part), known).ifPresent(steps::add);
    return steps;
  }

  private List<String> unmeasured(boolean convolutional, boolean calibrated) {
    if (seenRangesFirst() && calibrated) {
      return List.of(STATIC, WEIGHTS);
    }
    if (goal.sizeFirst() || seenRangesFirst() || (convolutional && !calibrated)) {
      return List.of(DYNAMIC, WEIGHTS);
    }
    return List.of(convolutional ? STATIC : DYNAMIC);
  }

  /** Whether a model has more convolutions than products of matrices. */
  private static boolean isConvolutional(Model model) {
    return count(model, CONVOLUTIONS) > count(model, PRODUCTS);
  }

  private static int count(Model model, List<Op> operators) {
    int[] count = {0};
    model.forEachNode(
        node -> {
          if (operators.stream().anyMatch(operator -> operator.is(node))) {
            count[0]++;
          }
        });
    return count[0];
  }

  private Step step(String name, String part, Knowledge known) {
    return Passes.step(name, options(name, known), Where.ofPart(part));
  }

  private Map<String, String> options(String name, Knowledge known) {
    Map<String, String> options = new LinkedHashMap<>();
    if (name.equals(DYNAMIC) && goal.preset().portable()) {
      options.put("form", "standard");
    }
    if ((known.saturates() || goal.anyProcessor()) && MULTIPLYING_INTEGERS.contains(name)) {
      options.put("reduce-range", "true");
    }
    return options;
  }
}
