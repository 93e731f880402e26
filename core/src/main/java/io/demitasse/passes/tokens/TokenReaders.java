package io.demitasse.passes.tokens;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.passes.tokens.TokenWalk.State;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What is read of tokens by nodes that do not treat all alike: picks, slices and reductions. */
final class TokenReaders {
  private static final Set<Op> REDUCING =
      Set.of(
          Op.REDUCE_L1,
          Op.REDUCE_L2,
          Op.REDUCE_LOG_SUM,
          Op.REDUCE_LOG_SUM_EXP,
          Op.REDUCE_MAX,
          Op.REDUCE_MEAN,
          Op.REDUCE_MIN,
          Op.REDUCE_PROD,
          Op.REDUCE_SUM,
          Op.REDUCE_SUM_SQUARE);

  /** What a node reads of tokens. */
  sealed interface Reading permits Nothing, Rest, Mean, Refused {}

  /** What it gives has no tokens, and is the same for fewer of them or fitting for them. */
  record Nothing() implements Reading {}

  /** All but some of the first. */
  record Rest(int dropped) implements Reading {}

  record Mean() implements Reading {}

  record Refused(String reason) implements Reading {}

  private final Node node;
  private final State state;
  private final int rank;
  private final int axis;
  private final int tokens;

  TokenReaders(Node node, State state, InferredShapes shapes) {
    this.node = node;
    this.state = state;
    this.rank = shapes.rank(node.requiredInput(0)).orElse(0);
    this.axis = state.axes().iterator().next();
    Dim size = shapes.shape(node.requiredInput(0)).orElseThrow().dim(axis);
    this.tokens = size instanceof Dim.Fixed fixed ? Math.toIntExact(fixed.size()) : 0;
  }

  /** Whether the node is one of these, and reads along an axis of tokens. */
  boolean readsFirst() {
    return switch (Op.of(node).orElse(Op.IDENTITY)) {
      case GATHER -> along(node.intAttribute("axis", 0));
      case SLICE -> along(list("axes", 3, all()));
      case Op op -> REDUCING.contains(op) && along(list("axes", 1, all()));
    };
  }

  /**
   * What it reads.
   *
   * @param kept how many of the first tokens stay what they are
   */
  Reading read(int kept) {
    if (state.axes().size() > 1) {
      return new Refused("it reads one of several axes of tokens");
    }
    int first = kept - state.dropped();
    return switch (Op.of(node).orElseThrow()) {
      case GATHER -> picked(first);
      case SLICE -> sliced(first);
      case REDUCE_MEAN -> pooled(new Mean());
      case REDUCE_MAX -> pooled(new Nothing());
      default -> new Refused("it sums up tokens");
    };
  }

  private Reading picked(int first) {
    long[] picks = node.constantInput(1).map(Tensor::toLongs).orElse(new long[] {-1});
    return LongStream.of(picks).allMatch(pick -> pick >= 0 && pick < first)
        ? new Nothing()
        : new Refused("it picks tokens beyond those that stay what they are");
  }

  private Reading pooled(Reading reading) {
    long[] axes = list("axes", 1, all());
    return axes.length == 1 && rank == 3 && axis == 1
        ? reading
        : new Refused("it reduces more than the axis of tokens");
  }

  private Reading sliced(int first) {
    long[] starts = list("starts", 1);
    long[] ends = list("ends", 2);
    long[] axes = list("axes", 3, all());
    long[] steps = list("steps", 4, LongStream.range(0, rank).map(_ -> 1).toArray());
    int place =
        IntStream.range(0, axes.length)
            .filter(i -> Math.floorMod(axes[i], rank) == axis)
            .findFirst()
            .orElseThrow();
    boolean isTold = starts.length > place && ends.length > place && steps.length > place;
    if (!isTold || steps[place] != 1 || starts[place] < 0) {
      return new Refused("it does not take a run of tokens that is constant");
    }
    if (ends[place] >= 0 && ends[place] <= first) {
      return new Nothing();
    }
    return ends[place] >= tokens && starts[place] <= first
        ? new Rest((int) starts[place])
        : new Refused("it takes tokens from the midst of others");
  }

  private long[] all() {
    return LongStream.range(0, rank).toArray();
  }

  private boolean along(long... axes) {
    return Arrays.stream(axes).anyMatch(it -> state.axes().contains(Math.floorMod(it, rank)));
  }

  /** Numbers of an attribute or input, others where it is absent, none where it is computed. */
  private long[] list(String attribute, int input, long... otherwise) {
    if (node.attribute(attribute) instanceof Attribute.Ints ints) {
      return ints.toArray();
    }
    return node.input(input) == null
        ? otherwise
        : node.constantInput(input).map(Tensor::toLongs).orElse(new long[0]);
  }
}
