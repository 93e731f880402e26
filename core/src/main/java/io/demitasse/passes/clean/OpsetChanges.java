package io.demitasse.passes.clean;

import static java.util.Map.entry;

import io.demitasse.ir.Node;
import io.demitasse.ops.Op;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every operator of the table whose meaning or form changed between opset 7 and 21, with what each
 * change takes. What is not listed means the same in all of these versions: later ones only take
 * more types, more attributes with the old behavior as default, or negative axes.
 */
final class OpsetChanges {
  private static final OpsetChange AXES_13 = change(13, node -> node.toInput("axes", 1));
  private static final OpsetChange AXES_18 = change(18, node -> node.toInput("axes", 1));
  private static final OpsetChange COERCION_13 = change(13, SoftmaxChange::toOneAxis);

  private static final Map<Op, List<OpsetChange>> CHANGES =
      Map.ofEntries(
          entry(Op.AVERAGE_POOL, List.of(change(19, AttributeChanges::averagePool))),
          entry(
              Op.BATCH_NORMALIZATION,
              List.of(
                  change(9, AttributeChanges::batchNormalizationSpatial),
                  change(14, AttributeChanges::batchNormalizationTraining))),
          entry(Op.CLIP, List.of(change(11, InputChanges::clip))),
          entry(Op.DFT, List.of(change(20, InputChanges::dft))),
          entry(
              Op.DROPOUT,
              List.of(
                  change(10, AttributeChanges::dropoutMask), change(12, InputChanges::dropout))),
          entry(Op.GRID_SAMPLE, List.of(change(20, AttributeChanges::gridSample))),
          entry(Op.GROUP_NORMALIZATION, List.of(change(21, GroupNormalizationChange::toChannels))),
          entry(Op.HARDMAX, List.of(COERCION_13)),
          entry(Op.LOG_SOFTMAX, List.of(COERCION_13)),
          entry(Op.PAD, List.of(change(11, InputChanges::pad))),
          entry(Op.REDUCE_L1, List.of(AXES_18)),
          entry(Op.REDUCE_L2, List.of(AXES_18)),
          entry(Op.REDUCE_LOG_SUM, List.of(AXES_18)),
          entry(Op.REDUCE_LOG_SUM_EXP, List.of(AXES_18)),
          entry(Op.REDUCE_MAX, List.of(AXES_18)),
          entry(Op.REDUCE_MEAN, List.of(AXES_18)),
          entry(Op.REDUCE_MIN, List.of(AXES_18)),
          entry(Op.REDUCE_PROD, List.of(AXES_18)),
          entry(Op.REDUCE_SUM, List.of(AXES_13)),
          entry(Op.REDUCE_SUM_SQUARE, List.of(AXES_18)),
          entry(
              Op.RESIZE,
              List.of(
                  change(11, ResizeChanges::coordinates),
                  change(13, ResizeChanges::optionalInputs))),
          entry(Op.ROI_ALIGN, List.of(change(16, AttributeChanges::roiAlign))),
          entry(Op.SCAN, List.of(refused(9, "its batch axis has no counterpart since opset 9"))),
          entry(Op.SCATTER, List.of(change(11, node -> node.becomes(Op.SCATTER_ELEMENTS)))),
          entry(Op.SLICE, List.of(change(10, InputChanges::slice))),
          entry(Op.SOFTMAX, List.of(COERCION_13)),
          entry(
              Op.SPLIT,
              List.of(
                  change(13, node -> node.toInput("split", 1)),
                  change(18, AttributeChanges::splitCount))),
          entry(Op.SQUEEZE, List.of(AXES_13)),
          entry(Op.TOP_K, List.of(change(10, InputChanges::topK))),
          entry(Op.UNSQUEEZE, List.of(AXES_13)),
          entry(
              Op.UPSAMPLE,
              List.of(
                  change(9, ResizeChanges::scalesToInput),
                  change(10, node -> node.becomes(Op.RESIZE)))));

  private OpsetChanges() {}

  private static OpsetChange change(int version, Function<NodeConversion, String> rewriter) {
    return new OpsetChange(version, rewriter);
  }

  private static OpsetChange refused(int version, String reason) {
    return new OpsetChange(
        version,
        _ -> {
          throw new NotConvertible(reason);
        });
  }

  /**
   * The first change of a node's operator after one version and up to another; null when there is
   * none.
   */
  static @Nullable OpsetChange next(Node node, long after, long last) {
    return Op.of(node).map(op -> CHANGES.getOrDefault(op, List.of())).orElse(List.of()).stream()
        .filter(change -> change.version() > after && change.version() <= last)
        .findFirst()
        .orElse(null);
  }
}
