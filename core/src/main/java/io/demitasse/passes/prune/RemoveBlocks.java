package io.demitasse.passes.prune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Runtime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Removes whole blocks that give what has the shape of what they read: layers of a transformer,
 * residual blocks.
 *
 * <pre>
 *        ┌── block 1 ──┐    ┌── block 2 ──┐    ┌── block 3 ──┐
 *   x ───│             │─ a │             │─ b │             │─ c
 *        └─────────────┘    └─────────────┘    └─────────────┘
 *
 *   becomes
 *        ┌── block 1 ──┐    ┌── block 3 ──┐
 *   x ───│             │─ a │             │─ c
 *        └─────────────┘    └─────────────┘
 * </pre>
 *
 * <p>Which ones is found by removing each and running what is left on samples: the one without
 * which the outputs err least goes first, then the next of those that are left (Gromov, Tirumala,
 * Shapourian, Glorioso, Roberts, "The Unreasonable Ineffectiveness of the Deeper Layers", ICLR
 * 2025, for how many layers of large models can go; Men et al., "ShortGPT: Layers in Large Language
 * Models are More Redundant Than You Expect", ACL 2025 Findings, for choosing them by what they
 * change). What is left is a shallow student that has learned much already: {@code distill} or
 * {@code reconstruct} behind it brings back what was lost.
 */
@PassInfo(
    summary = "Remove whole blocks that matter least",
    effect = PassInfo.Effect.LOSSY,
    needs = Runtime.class,
    needsData = true)
public record RemoveBlocks(
    @Option(
            doc = "How many blocks go",
            value = "1",
            unit = "blocks",
            search = {"1", "2", "4"})
        int count,
    @Option(
            doc =
                "The layers that a block has at least: 1 takes an attention and a feed-forward"
                    + " network apart where something flows between them alone",
            value = "1",
            unit = "layers")
        int layers,
    @Option(doc = "Samples to run without a block", value = "32", unit = "samples") int samples)
    implements ModelPass {
  private static final String REMOVED = "removed";
  private static final String IMPORTANCE = "importance";

  private static final Map<String, ValueType.OfTensor> FOUND =
      Map.of(
          REMOVED, new ValueType.OfTensor(DataType.INT64, null),
          IMPORTANCE, new ValueType.OfTensor(DataType.FLOAT, null));

  public RemoveBlocks {
    require(count >= 1, "count", count);
    require(layers >= 1, "layers", layers);
    require(samples >= 1, "samples", samples);
  }

  private static void require(boolean holds, String name, int value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    List<RemovableBlock> blocks = RemovableBlock.of(model, layers);
    List<RemovableBlock> selected =
        blocks.stream().filter(block -> block.isSelected(model, context)).toList();
    if (selected.isEmpty()) {
      context.skipped(
          blocks.isEmpty()
              ? "no block gives what has the shape of what it reads"
              : "no block is selected as a whole");
      return;
    }
    Map<String, Tensor> found =
        context.found("blocks", FOUND, () -> chosen(model, selected, context));
    List<Integer> places = stored(found, selected);
    List<RemovableBlock> removed = places.stream().map(selected::get).toList();
    removed.forEach(block -> block.tell(model, context));
    context.removed(
        new RemovedUnits(
            context.part(),
            "blocks",
            RemovedUnits.Kind.BLOCK,
            1,
            selected.size(),
            places,
            importance(found, selected)));
    RemovableBlock.remove(model.graph(), removed);
  }

  private Map<String, Tensor> chosen(
      Model model, List<RemovableBlock> blocks, PassContext context) {
    int most = Math.min(count, blocks.size());
    BlockChoice.Chosen chosen = new BlockChoice(model, blocks, samples, context).best(most);
    return Map.of(
        REMOVED, Tensor.ofLongs(new long[] {chosen.blocks().length}, chosen.blocks()),
        IMPORTANCE, Tensor.ofNumbers(DataType.FLOAT, new long[] {blocks.size()}, chosen.errors()));
  }

  private static List<Integer> stored(Map<String, Tensor> found, List<RemovableBlock> blocks) {
    long[] indices = Objects.requireNonNull(found.get(REMOVED)).toLongs();
    boolean fit = LongStream.of(indices).allMatch(index -> index >= 0 && index < blocks.size());
    if (!fit) {
      throw DemitasseException.badRequest(
          "What is stored are blocks "
              + Arrays.toString(indices)
              + ", and this model has "
              + blocks.size()
              + ": the recipe is of another model.");
    }
    return LongStream.of(indices).sorted().distinct().mapToObj(Math::toIntExact).toList();
  }

  private static List<Double> importance(Map<String, Tensor> found, List<RemovableBlock> blocks) {
    double[] errors = Objects.requireNonNull(found.get(IMPORTANCE)).toDoubles();
    if (errors.length != blocks.size()) {
      throw DemitasseException.badRequest(
          "What is stored is the importance of "
              + errors.length
              + " blocks, and this model has "
              + blocks.size()
              + ": the recipe is of another model.");
    }
    return Arrays.stream(errors).boxed().toList();
  }
}
