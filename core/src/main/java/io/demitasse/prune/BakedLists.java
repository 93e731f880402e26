package io.demitasse.prune;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.axes.Axis;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/** Rules of operators that read lists of sizes, bounds and places. */
final class BakedLists {
  private BakedLists() {}

  /** Sizes that an operator is told to give; 0 and -1 tell none, and where it is 1 it stays. */
  record TargetSizes(String attribute, int input) implements BakedNumbers.Rule {
    @Override
    public Optional<String> refusal(Node node, Axis axis, Before before) {
      Numbers sizes = numbers(node, before);
      int place = place(node, axis.axis(), before);
      boolean follows =
          !axis.isOutput()
              || !sizes.isThere()
              || place < 0
              || sizes.isConstant(place)
              || sizes.follows(place);
      return follows ? Optional.empty() : Optional.of("the sizes that it gives are computed");
    }

    private Numbers numbers(Node node, Before before) {
      return new Numbers(node, attribute, input, before);
    }

    /** A Resize may be told which axes its sizes are of; below 0 where an axis is none of them. */
    private static int place(Node node, int axis, Before before) {
      if (!(node.attribute("axes") instanceof Attribute.Ints axes)) {
        return axis;
      }
      int rank = before.rank(node.output());
      return axes.values().stream().map(each -> Math.floorMod(each, rank)).toList().indexOf(axis);
    }

    @Override
    public void rewrite(Node node, RemovedIndices removal, Before before) {
      Value output = node.output();
      Numbers sizes = numbers(node, before);
      for (int axis : removal.axes(output)) {
        int place = place(node, axis, before);
        if (sizes.isThere() && place >= 0) {
          long size = before.size(output, axis);
          sizes.replace(place, old -> old == size ? old - removal.count(output, axis) : old);
        }
      }
    }
  }

  /** The sizes of the parts of a Split; where they are not told, they are equal. */
  record SplitSizes() implements BakedNumbers.Rule {
    @Override
    public Optional<String> refusal(Node node, Axis axis, Before before) {
      Numbers sizes = new Numbers(node, "split", 1, before);
      return !sizes.isThere() || sizes.constant() != null
          ? Optional.empty()
          : Optional.of("the sizes of its parts are computed");
    }

    @Override
    public void rewrite(Node node, RemovedIndices removal, Before before) {
      Value whole = node.requiredInput(0);
      int rank = before.rank(whole);
      int axis = Math.floorMod((int) node.intAttribute("axis", 0), rank);
      if (!removal.touches(whole, axis)) {
        return;
      }
      long[] after =
          node.presentOutputs().stream()
              .mapToLong(part -> before.size(part, axis) - removal.count(part, axis))
              .toArray();
      Numbers sizes = new Numbers(node, "split", 1, before);
      if (sizes.isThere()) {
        sizes.replace(after);
      } else if (Arrays.stream(after).distinct().count() > 1) {
        tell(node, before, after);
      }
    }

    /** Parts of one size need not be told, and of different sizes have to be. */
    private static void tell(Node node, Before before, long... sizes) {
      if (before.opset() < 13) {
        node.attribute("split", Attribute.ofInts(sizes));
        return;
      }
      node.removeAttribute("num_outputs");
      String name = node.graph().freeName(node.requiredInput(0).name() + "_parts");
      node.input(
          1, node.graph().addInitializer(name, Tensor.ofLongs(new long[] {sizes.length}, sizes)));
    }
  }

  /** Where a Slice begins and ends. */
  record SliceBounds() implements BakedNumbers.Rule {
    @Override
    public Optional<String> refusal(Node node, Axis axis, Before before) {
      int place = place(node, axis.axis(), before);
      if (place < 0) {
        return Optional.empty();
      }
      long[] steps = new Numbers(node, "steps", 4, before).constant();
      boolean told =
          starts(node, before).constant() != null
              && ends(node, before).constant() != null
              && (node.input(4) == null || (steps != null && steps[place] == 1));
      return told
          ? Optional.empty()
          : Optional.of("it does not take a run of indices that is constant");
    }

    private static Numbers starts(Node node, Before before) {
      return new Numbers(node, "starts", 1, before);
    }

    private static Numbers ends(Node node, Before before) {
      return new Numbers(node, "ends", 2, before);
    }

    /** Which of its bounds are about an axis; below 0 when none is. */
    private static int place(Node node, int axis, Before before) {
      long[] axes = new Numbers(node, "axes", 3, before).constant();
      long[] starts = starts(node, before).constant();
      int rank = before.rank(node.requiredInput(0));
      int count = axes != null ? axes.length : starts == null ? rank : starts.length;
      return IntStream.range(0, count)
          .filter(i -> (axes == null ? i : Math.floorMod(axes[i], rank)) == axis)
          .findFirst()
          .orElse(-1);
    }

    @Override
    public void rewrite(Node node, RemovedIndices removal, Before before) {
      Value whole = node.requiredInput(0);
      for (int axis : removal.axes(whole)) {
        int place = place(node, axis, before);
        if (place >= 0) {
          long size = before.size(whole, axis);
          LongUnaryOperator follow =
              bound -> {
                long counted = Math.clamp(bound < 0 ? bound + size : bound, 0, size);
                return counted - removal.before(whole, axis, counted);
              };
          starts(node, before).replace(place, follow);
          ends(node, before).replace(place, follow);
        }
      }
    }
  }

  /** The indices that a Gather picks along its axis, where they are constant. */
  record Picks() implements BakedNumbers.Rule {
    @Override
    public void rewrite(Node node, RemovedIndices removal, Before before) {
      Value whole = node.requiredInput(0);
      int rank = before.rank(whole);
      int axis = Math.floorMod((int) node.intAttribute("axis", 0), rank);
      long size = before.size(whole, axis);
      Numbers picks = new Numbers(node, "", 1, before);
      long[] all = picks.constant();
      if (removal.touches(whole, axis) && all != null) {
        picks.replace(
            Arrays.stream(all)
                .map(pick -> pick < 0 ? pick + size : pick)
                .filter(pick -> !removal.contains(whole, axis, (int) pick))
                .map(pick -> pick - removal.before(whole, axis, pick))
                .toArray());
      }
    }
  }

  /** Indices that are added at an edge would have to go with others. */
  record Pads() implements BakedNumbers.Rule {
    @Override
    public Optional<String> refusal(Node node, Axis axis, Before before) {
      long size = before.size(node.requiredInput(0), axis.axis());
      return size == before.size(node.output(), axis.axis())
          ? Optional.empty()
          : Optional.of("it adds indices along the axis");
    }

    @Override
    public void rewrite(Node node, RemovedIndices removal, Before before) {}
  }

  /** A Squeeze that is not told its axes would drop one more as soon as a single index is left. */
  record SqueezedAxes() implements BakedNumbers.Rule {
    @Override
    public Optional<String> refusal(Node node, Axis axis, Before before) {
      return new Numbers(node, "axes", 1, before).isThere()
          ? Optional.empty()
          : Optional.of("it drops all axes of one index");
    }

    @Override
    public void rewrite(Node node, RemovedIndices removal, Before before) {}
  }
}
