package io.demitasse.passes.fuse;

import io.demitasse.affine.ChannelAffine;
import io.demitasse.affine.ChannelNumbers;
import io.demitasse.affine.Channels;
import io.demitasse.affine.LinearNode;
import io.demitasse.affine.NotFoldable;
import io.demitasse.affine.ScalePropagation;
import io.demitasse.affine.ScalePropagation.Absorber;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a graph multiplies and shifts channels by constants, and what can be carried from there.
 */
final class AffineSites {
  /** Beyond, weights of usual size come near to what a float can hold. */
  private static final double LARGEST = 1e12;

  private final InferredShapes shapes;
  private final PassContext context;
  private final Map<Node, String> refusals = new LinkedHashMap<>();
  private boolean changed;

  AffineSites(InferredShapes shapes, PassContext context) {
    this.shapes = shapes;
    this.context = context;
  }

  /** Factors or shifts, with those who take them over or the reason why nobody does. */
  private record Attempt(
      ChannelNumbers numbers, List<Absorber> absorbers, @Nullable String refusal) {
    boolean succeeds() {
      return !absorbers.isEmpty();
    }

    boolean stays() {
      return refusal != null;
    }
  }

  boolean changed() {
    return changed;
  }

  /** What stays, by the first node of each chain. */
  Map<Node, String> refusals() {
    return refusals;
  }

  /** What must be seen on data before all that could be carried is: results of large shifts. */
  Set<Observation<?>> observations() {
    Set<Observation<?>> observations = new LinkedHashSet<>();
    for (Node node : context.nodes()) {
      try {
        Value start = node.graph().outer() == null ? start(node) : null;
        if (start != null) {
          AffineChain chain = chain(node, start);
          if (!ShiftLimit.isSmall(chain.affine())) {
            observations.add(ShiftLimit.range(context, chain.end()));
          }
        }
      } catch (NotFoldable e) {
        // It cannot be carried whatever the data are, and applying the pass tells why.
      }
    }
    return observations;
  }

  /** Carries what the chain that begins with a node does, if one does. */
  void carry(Node head) {
    Value start = start(head);
    if (start == null) {
      return;
    }
    try {
      if (isNormalized(start)) {
        throw new NotFoldable(
            "it may be the scale of a layer normalization, which is one node or becomes one");
      }
      carry(chain(head, start), start);
    } catch (NotFoldable e) {
      refusals.put(head, e.reason());
    }
  }

  /** What a chain starts from; null when no chain begins with the node. */
  private static @Nullable Value start(Node head) {
    if (head.isRemoved() || Op.BATCH_NORMALIZATION.is(head)) {
      return null;
    }
    for (int i = 0; i < Math.min(2, head.inputs().size()); i++) {
      Value input = head.input(i);
      if (input != null && input.constant().isEmpty() && Channels.isStep(head, i)) {
        return begins(input) ? input : null;
      }
    }
    return null;
  }

  /** Whether what makes a value is no step of the same chain, and nothing for fuse-affine. */
  private static boolean begins(Value value) {
    Node producer = value.producer();
    return producer == null
        || !value.isUsedOnce()
        || !(LinearNode.isLinear(producer)
            || Channels.isStep(producer, 0)
            || Channels.isStep(producer, 1));
  }

  /** Whether a value was divided by what was computed too, as a layer normalization does. */
  private static boolean isNormalized(Value value) {
    Node producer = value.producer();
    return producer != null
        && Op.DIV.is(producer)
        && producer.constantInput(0).isEmpty()
        && producer.constantInput(1).isEmpty();
  }

  private static List<Node> steps(Node head) {
    List<Node> steps = new ArrayList<>();
    for (Node step = head; step != null; step = Channels.step(steps.getLast().output())) {
      if (Op.BATCH_NORMALIZATION.is(step)) {
        break;
      }
      steps.add(step);
      if (!step.output().isUsedOnce()) {
        break;
      }
    }
    return steps;
  }

  /** The channels that the first constant of more than one number tells apart. */
  private Channels channels(List<Node> steps, Value start) {
    int rank = shapes.rank(start).orElse(0);
    Optional<Tensor> several =
        steps.stream()
            .flatMap(step -> Stream.of(step.constantInput(0), step.constantInput(1)))
            .flatMap(Optional::stream)
            .filter(tensor -> tensor.elementCount() != 1)
            .findFirst();
    if (several.isEmpty()) {
      return new Channels(1, rank, -1);
    }
    long[] sizes = several.get().sizes();
    int axis = IntStream.range(0, sizes.length).filter(i -> sizes[i] != 1).findFirst().orElse(0);
    int fromLast = axis - sizes.length;
    long[] known = shapes.of(start).map(facts -> facts.sizes()).orElse(new long[0]);
    if (-fromLast > known.length || known[known.length + fromLast] != sizes[axis]) {
      throw new NotFoldable(
          "'" + start.name() + "' is not known to have " + sizes[axis] + " channels");
    }
    return new Channels((int) sizes[axis], rank, fromLast);
  }

  /** As many steps as fit, the first in any case. */
  private AffineChain chain(Node head, Value start) {
    List<Node> steps = steps(head);
    Channels channels = channels(steps, start);
    AffineChain chain = new AffineChain(channels, start);
    chain.append(steps.getFirst(), context, ChannelAffine::isFinite);
    try {
      for (Node step : steps.subList(1, steps.size())) {
        chain.append(step, context, ChannelAffine::isFinite);
      }
    } catch (NotFoldable e) {
      // The chain ends here, and is carried as far as it goes.
    }
    return chain;
  }

  private void carry(AffineChain chain, Value start) {
    ChannelAffine affine = chain.affine();
    int axis = chain.axis();
    Attempt shifts = shifts(chain, new ChannelNumbers(affine.shifts(), axis));
    Attempt factors = factors(chain, new ChannelNumbers(affine.factors(), axis), shifts.stays());
    if (!factors.succeeds() && !shifts.succeeds()) {
      refuse(chain.steps().getFirst(), factors, shifts);
      return;
    }
    Value rest = rest(chain, factors, shifts, start);
    take(factors, "took over the factors of its input");
    take(shifts, "took over the shifts of its input");
    start.graph().replaceUses(chain.end(), rest);
    chain.remove(context);
    changed = true;
  }

  private Attempt factors(AffineChain chain, ChannelNumbers factors, boolean shiftsStay) {
    return factors.all(factor -> factor == 1)
        ? new Attempt(factors, List.of(), null)
        : attempt(
            factors,
            () -> {
              requireModerate(factors);
              if (shiftsStay && !ShiftLimit.isSmall(chain.affine())) {
                ShiftLimit.requireExact(chain.affine());
              }
              return ScalePropagation.ofFactors(chain.end(), factors, shapes, context);
            });
  }

  private Attempt shifts(AffineChain chain, ChannelNumbers shifts) {
    return shifts.all(shift -> shift == 0)
        ? new Attempt(shifts, List.of(), null)
        : attempt(
            shifts,
            () -> {
              ShiftLimit.require(chain, context);
              return ScalePropagation.ofShifts(chain.end(), shifts, shapes, context);
            });
  }

  private static Attempt attempt(ChannelNumbers numbers, Supplier<List<Absorber>> reach) {
    try {
      return new Attempt(numbers, reach.get(), null);
    } catch (NotFoldable e) {
      return new Attempt(numbers, List.of(), e.reason());
    }
  }

  private static void requireModerate(ChannelNumbers factors) {
    if (!factors.all(factor -> Math.abs(factor) <= LARGEST && Math.abs(factor) >= 1 / LARGEST)) {
      throw new NotFoldable(
          "a factor is zero or too far from one: "
              + Arrays.stream(factors.numbers()).map(Math::abs).min().orElse(0)
              + " to "
              + Arrays.stream(factors.numbers()).map(Math::abs).max().orElse(0));
    }
  }

  private void refuse(Node head, Attempt factors, Attempt shifts) {
    Stream.of(factors.refusal(), shifts.refusal())
        .filter(reason -> reason != null)
        .distinct()
        .reduce((one, other) -> one + "; " + other)
        .ifPresent(reason -> refusals.put(head, reason));
  }

  private void take(Attempt attempt, String what) {
    for (Absorber absorber : attempt.absorbers()) {
      absorber.takeOver().run();
      context.changed(absorber.node(), what);
    }
  }

  /** What remains to be done to the start: nothing, or what could not be carried. */
  private static Value rest(AffineChain chain, Attempt factors, Attempt shifts, Value start) {
    if (factors.stays()) {
      return node(Op.MUL, chain, factors.numbers(), start);
    }
    if (!shifts.stays()) {
      return start;
    }
    double[] factor = factors.numbers().numbers();
    double[] shift = shifts.numbers().numbers();
    double[] before =
        IntStream.range(0, shift.length).mapToDouble(i -> shift[i] / factor[i]).toArray();
    return node(Op.ADD, chain, new ChannelNumbers(before, shifts.numbers().axis()), start);
  }

  private static Value node(Op op, AffineChain chain, ChannelNumbers numbers, Value start) {
    Node last = chain.steps().getLast();
    Graph graph = start.graph();
    Value constant =
        graph.addInitializer(graph.freeName(chain.end().name() + "_carried"), numbers.tensor());
    return op.in(last.graph())
        .name(last.name())
        .inputs(start, constant)
        .insertBefore(last)
        .output();
  }
}
