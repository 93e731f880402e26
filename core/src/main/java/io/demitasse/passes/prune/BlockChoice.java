package io.demitasse.passes.prune;

import io.demitasse.ir.Model;
import io.demitasse.pass.PassContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the blocks without which the outputs of a model err least. */
final class BlockChoice {
  /** The error that is told of a block without which the model does not run: all is lost. */
  private static final double ALL = 1;

  private final Model model;
  private final List<RemovableBlock> blocks;
  private final OutputError errors;
  private final PassContext context;

  BlockChoice(Model model, List<RemovableBlock> blocks, int most, PassContext context) {
    this.model = model;
    this.blocks = blocks;
    this.context = context;
    this.errors = new OutputError(model, most, context);
  }

  /**
   * What goes.
   *
   * @param blocks the places of blocks in the list, in the order in which they go
   * @param errors how far the outputs are off where one block goes alone, for all of the list
   */
  record Chosen(long[] blocks, double[] errors) {}

  /** Removes one after the other. */
  Chosen best(int count) {
    double[] alone = new double[blocks.size()];
    Set<Integer> gone = new LinkedHashSet<>();
    for (int step = 0; step < count; step++) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < blocks.size(); i++) {
        context.progress((long) step * blocks.size() + i, (long) count * blocks.size());
        if (!gone.contains(i)) {
          double error = errors.of(without(gone, i));
          if (step == 0) {
            alone[i] = Double.isFinite(error) ? error : ALL;
          }
          if (error < least) {
            best = i;
            least = error;
          }
        }
      }
      if (best < 0) {
        break;
      }
      gone.add(best);
    }
    return new Chosen(gone.stream().mapToLong(Integer::longValue).toArray(), alone);
  }

  private Model without(Set<Integer> gone, int one) {
    Model left = model.copy();
    List<RemovableBlock> going = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      if (i == one || gone.contains(i)) {
        going.add(blocks.get(i));
      }
    }
    RemovableBlock.remove(left.graph(), going);
    return left;
  }
}
