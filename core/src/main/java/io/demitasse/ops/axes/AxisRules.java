package io.demitasse.ops.axes;

import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.Map;
import java.util.Optional;

/** Which rule tells how the axes of an operator belong together: the axis column of the table. */
final class AxisRules {
  private static final AxisRule REDUCED = ReducingAxes::reduced;
  private static final AxisRule POOLED = WindowAxes::pooled;

  private static final Map<Op, AxisRule> RULES =
      Map.ofEntries(
          entry(Op.CAST_LIKE, PointwiseAxes::ofFirst),
          entry(Op.DROPOUT, PointwiseAxes::ofFirst),
          entry(Op.IDENTITY, PointwiseAxes::ofFirst),
          entry(Op.COMPRESS, MovementAxes::compress),
          entry(Op.CONCAT, MovementAxes::concat),
          entry(Op.DEPTH_TO_SPACE, MovementAxes::depthToSpace),
          entry(Op.EXPAND, MovementAxes::expand),
          entry(Op.FLATTEN, ReshapeAxes::reshape),
          entry(Op.GATHER, MovementAxes::gather),
          entry(Op.GATHER_ND, MovementAxes::gatherAtPlaces),
          entry(Op.PAD, MovementAxes::pad),
          entry(Op.RESHAPE, ReshapeAxes::reshape),
          entry(Op.REVERSE_SEQUENCE, MovementAxes::reverseSequence),
          entry(Op.SLICE, SliceAxes::slice),
          entry(Op.SPACE_TO_DEPTH, MovementAxes::spaceToDepth),
          entry(Op.SPLIT, MovementAxes::split),
          entry(Op.SQUEEZE, MovementAxes::squeeze),
          entry(Op.TILE, MovementAxes::tile),
          entry(Op.TRANSPOSE, MovementAxes::transpose),
          entry(Op.TRILU, MovementAxes::triangle),
          entry(Op.UNSQUEEZE, MovementAxes::unsqueeze),
          entry(Op.CONV, WindowAxes::convolution),
          entry(Op.CONV_TRANSPOSE, WindowAxes::transposedConvolution),
          entry(Op.EINSUM, ProductAxes::einsum),
          entry(Op.GEMM, ProductAxes::gemm),
          entry(Op.MAT_MUL, ProductAxes::matMul),
          entry(Op.GRU, RecurrentAxes.gates(3)),
          entry(Op.LSTM, RecurrentAxes.gates(4)),
          entry(Op.RNN, RecurrentAxes.gates(1)),
          entry(Op.BATCH_NORMALIZATION, NormalizationAxes::batch),
          entry(Op.GROUP_NORMALIZATION, NormalizationAxes::group),
          entry(Op.HARDMAX, NormalizationAxes::softmax),
          entry(Op.INSTANCE_NORMALIZATION, NormalizationAxes::instance),
          entry(Op.LAYER_NORMALIZATION, NormalizationAxes::layer),
          entry(Op.LOG_SOFTMAX, NormalizationAxes::softmax),
          entry(Op.LP_NORMALIZATION, NormalizationAxes::along),
          entry(Op.MEAN_VARIANCE_NORMALIZATION, NormalizationAxes::meanVariance),
          entry(Op.RMS_NORMALIZATION, NormalizationAxes::layer),
          entry(Op.SOFTMAX, NormalizationAxes::softmax),
          entry(Op.ARG_MAX, ReducingAxes::argument),
          entry(Op.ARG_MIN, ReducingAxes::argument),
          entry(Op.AVERAGE_POOL, POOLED),
          entry(Op.CUM_SUM, ReducingAxes::cumulative),
          entry(Op.GLOBAL_AVERAGE_POOL, POOLED),
          entry(Op.GLOBAL_LP_POOL, POOLED),
          entry(Op.GLOBAL_MAX_POOL, POOLED),
          entry(Op.GRID_SAMPLE, WindowAxes::sampledOnGrid),
          entry(Op.LP_POOL, POOLED),
          entry(Op.MAX_POOL, POOLED),
          entry(Op.REDUCE_L1, REDUCED),
          entry(Op.REDUCE_L2, REDUCED),
          entry(Op.REDUCE_LOG_SUM, REDUCED),
          entry(Op.REDUCE_LOG_SUM_EXP, REDUCED),
          entry(Op.REDUCE_MAX, REDUCED),
          entry(Op.REDUCE_MEAN, REDUCED),
          entry(Op.REDUCE_MIN, REDUCED),
          entry(Op.REDUCE_PROD, REDUCED),
          entry(Op.REDUCE_SUM, REDUCED),
          entry(Op.REDUCE_SUM_SQUARE, REDUCED),
          entry(Op.RESIZE, WindowAxes::resized),
          entry(Op.ROI_ALIGN, WindowAxes::regions),
          entry(Op.TOP_K, ReducingAxes::largest),
          entry(Op.UPSAMPLE, WindowAxes::resized),
          entry(Op.DEQUANTIZE_LINEAR, PointwiseAxes::quantized),
          entry(Op.QUANTIZE_LINEAR, PointwiseAxes::quantized),
          entry(Op.CONTRIB_ATTENTION, AttentionAxes::projecting),
          entry(Op.CONTRIB_DEQUANTIZE_LINEAR, PointwiseAxes::quantized),
          entry(Op.CONTRIB_FUSED_CONV, WindowAxes::fusedConvolution),
          entry(Op.CONTRIB_FUSED_GEMM, ProductAxes::gemm),
          entry(Op.CONTRIB_FUSED_MAT_MUL, ProductAxes::fusedMatMul),
          entry(Op.CONTRIB_MULTI_HEAD_ATTENTION, AttentionAxes::ofHeads),
          entry(Op.CONTRIB_QUANTIZE_LINEAR, PointwiseAxes::quantized),
          entry(Op.CONTRIB_SKIP_LAYER_NORMALIZATION, node -> NormalizationAxes.skipLayer(node, 3)),
          entry(
              Op.CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION,
              node -> NormalizationAxes.skipLayer(node, 2)));

  private AxisRules() {}

  /**
   * The rule of an operator. One of which nothing else is said and that computes element by element
   * takes its inputs as they meet; of any other nothing is known.
   */
  static Optional<AxisRule> of(Op op) {
    AxisRule rule = RULES.get(op);
    return rule != null || !op.isElementwise()
        ? Optional.ofNullable(rule)
        : Optional.of(PointwiseAxes::elementwise);
  }
}
