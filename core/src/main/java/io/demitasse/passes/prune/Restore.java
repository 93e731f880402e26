package io.demitasse.passes.prune;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Removal;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.prune.Restoration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings back units that an earlier step of the recipe removed, all of them or the best, and keeps
 * what the others have learned since.
 *
 * <pre>
 *   prune-channels    x ─ MatMul w[8,6] ─ Relu ─ MatMul v[6,8]      to      w[8,4], v[4,8]
 *   distill           w'[8,4], v'[4,8]
 *   restore           x ─ MatMul [w' w][8,5] ─ Relu ─ MatMul [v' v][5,8]
 * </pre>
 *
 * <p>All of them come back with the weights that they had, and what other weights took over for
 * them is given back. So do those that mattered most, with {@code by: importance}. With {@code by:
 * gradient} a unit comes back where a loss would change most if it did, and begins with a millionth
 * of its weights in the layers that read it: the model computes as before until training gives the
 * unit something to do (Evci, Gale, Menick, Castro, Elsen, "Rigging the Lottery: Making All Tickets
 * Winners", ICML 2020, for single weights). Cuts, trainings and restorations in turn are dynamic
 * sparse training of whole units.
 *
 * <p>The record of what was removed is the recipe itself: applied to the original, whose hash it
 * states, it makes the part as it was before and after the removal.
 */
@PassInfo(
    summary = "Bring back units that an earlier step removed",
    effect = PassInfo.Effect.LEARNED,
    needs = {Runtime.class, Trainer.class})
public record Restore(
    @Option(doc = "The share of the removed units that comes back, of each group", value = "1")
        double share,
    @Option(doc = "By what it is told which units come back, where not all do", value = "gradient")
        By by,
    @Option(
            doc = "Samples to train on that gradient takes gradients of",
            value = "256",
            unit = "samples")
        int samples)
    implements ModelPass {

  /** By what it is told which units come back. */
  public enum By {
    /** As important as they were when they went. */
    IMPORTANCE,
    /** How a loss changes as they come back. */
    GRADIENT
  }

  public Restore {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be above 0 and at most 1, got " + share);
    }
    if (samples < 1) {
      throw new IllegalArgumentException("samples must be at least 1, got " + samples);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    List<Removal> removals = context.removals();
    Optional<String> refusal =
        removals.isEmpty()
            ? Optional.of("no earlier step of the recipe removed any units of it")
            : refusal(removals.getLast(), model, context);
    if (refusal.isPresent()) {
      context.skipped(refusal.get());
    } else if (share == 1) {
      restoreAll(removals.getLast(), model, context);
    } else {
      restoreSome(removals.getLast(), model, context);
    }
  }

  private Optional<String> refusal(Removal removal, Model model, PassContext context) {
    int[] selected = {0, 0};
    model.forEachNode(node -> selected[context.selects(node) ? 0 : 1]++);
    if (selected[1] > 0) {
      return Optional.of("units come back to a part as a whole, and the step selects some nodes");
    }
    boolean blocks =
        removal.units().stream().anyMatch(units -> units.kind() == RemovedUnits.Kind.BLOCK);
    if (blocks && share < 1) {
      return Optional.of("blocks come back all together: share must be 1");
    }
    return Restoration.misfit(removal, model);
  }

  private static void restoreAll(Removal removal, Model model, PassContext context) {
    context.restored(Restoration.whole(removal, model, true));
    for (RemovedUnits units : removal.units()) {
      context.changed("brings back all " + units.removed().size() + " units of " + units.group());
    }
  }

  private void restoreSome(Removal removal, Model model, PassContext context) {
    ReturningUnits returning = new ReturningUnits(this, removal, model, context);
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (int i = 0; i < removal.units().size(); i++) {
      types.put(ReturningUnits.name(i), new ValueType.OfTensor(DataType.INT64, null));
    }
    Map<String, Tensor> found = context.found("units", types, returning::choose);
    returning.bring(found);
  }
}
