package io.demitasse.ops;

import static io.demitasse.ops.ElementwiseShapes.binary;
import static io.demitasse.ops.ElementwiseShapes.broadcast;
import static io.demitasse.ops.ElementwiseShapes.comparison;
import static io.demitasse.ops.ElementwiseShapes.typed;
import static io.demitasse.ops.ElementwiseShapes.unary;
import static io.demitasse.ops.ElementwiseShapes.variadic;
import static io.demitasse.ops.ShapeRule.like;
import static io.demitasse.ops.ShapeRule.one;
import static java.util.Map.entry;

import io.demitasse.ir.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which rule tells the shapes of an operator's outputs: the shape column of the table. */
final class OutputShapes {
  private static final Map<Op, ShapeRule> RULES =
      Map.ofEntries(
          entry(Op.ABS, unary(Math::abs)),
          entry(Op.CAST, one(ElementwiseShapes::cast)),
          entry(Op.CAST_LIKE, one(ElementwiseShapes::castLike)),
          entry(Op.CEIL, unary(Math::ceil)),
          entry(Op.CLIP, like(0)),
          entry(Op.DROPOUT, OutputShapes::dropout),
          entry(Op.FLOOR, unary(Math::floor)),
          entry(Op.IDENTITY, one(node -> node.input(0))),
          entry(Op.IS_INF, like(0, DataType.BOOL)),
          entry(Op.IS_NAN, like(0, DataType.BOOL)),
          entry(Op.NEG, unary(x -> -x)),
          entry(Op.NOT, unary(x -> x == 0 ? 1 : 0)),
          entry(Op.RELU, unary(x -> Math.max(x, 0))),
          entry(Op.ROUND, unary(Math::rint)),
          entry(Op.SQRT, unary(Math::sqrt)),
          entry(Op.ADD, binary(Double::sum, 0, 0)),
          entry(Op.AND, comparison((a, b) -> a * b)),
          entry(Op.DIV, typed(Exact::quotient, Double.NaN, 1)),
          entry(Op.EQUAL, comparison((a, b) -> a == b ? 1 : 0)),
          entry(Op.GREATER, comparison((a, b) -> a > b ? 1 : 0)),
          entry(Op.GREATER_OR_EQUAL, comparison((a, b) -> a >= b ? 1 : 0)),
          entry(Op.LESS, comparison((a, b) -> a < b ? 1 : 0)),
          entry(Op.LESS_OR_EQUAL, comparison((a, b) -> a <= b ? 1 : 0)),
          entry(Op.MAX, variadic(Math::max)),
          entry(Op.MIN, variadic(Math::min)),
          entry(Op.MOD, OutputShapes::modulo),
          entry(Op.MUL, binary((a, b) -> a * b, 1, 1)),
          entry(Op.OR, comparison(Math::max)),
          entry(Op.SUB, binary((a, b) -> a - b, Double.NaN, 0)),
          entry(Op.SUM, variadic(Double::sum)),
          entry(Op.WHERE, one(ElementwiseShapes::where)),
          entry(Op.XOR, comparison((a, b) -> a == b ? 0 : 1)),
          entry(Op.COMPRESS, one(DataMovementShapes::compress)),
          entry(Op.CONCAT, one(DataMovementShapes::concat)),
          entry(Op.DEPTH_TO_SPACE, one(DataMovementShapes::depthToSpace)),
          entry(Op.EXPAND, one(DataMovementShapes::expand)),
          entry(Op.FLATTEN, one(ViewShapes::flatten)),
          entry(Op.GATHER, one(DataMovementShapes::gather)),
          entry(Op.GATHER_ELEMENTS, one(DataMovementShapes::gatherElements)),
          entry(Op.GATHER_ND, one(DataMovementShapes::gatherNd)),
          entry(Op.PAD, one(DataMovementShapes::pad)),
          entry(Op.RESHAPE, one(ViewShapes::reshape)),
          entry(Op.REVERSE_SEQUENCE, like(0)),
          entry(Op.SCATTER, like(0)),
          entry(Op.SCATTER_ELEMENTS, like(0)),
          entry(Op.SCATTER_ND, like(0)),
          entry(Op.SLICE, one(SliceShape::of)),
          entry(Op.SPACE_TO_DEPTH, one(DataMovementShapes::spaceToDepth)),
          entry(Op.SPLIT, DataMovementShapes::split),
          entry(Op.SQUEEZE, one(ViewShapes::squeeze)),
          entry(Op.TILE, one(DataMovementShapes::tile)),
          entry(Op.TRANSPOSE, one(DataMovementShapes::transpose)),
          entry(Op.TRILU, like(0)),
          entry(Op.UNSQUEEZE, one(ViewShapes::unsqueeze)),
          entry(Op.CONV, WindowShapes.convolution(0, 1, 0)),
          entry(Op.CONV_INTEGER, WindowShapes.convolution(DataType.INT32)),
          entry(Op.CONV_TRANSPOSE, one(WindowShapes::transposed)),
          entry(Op.EINSUM, one(GeneratorShapes::einsum)),
          entry(Op.GEMM, one(ProductShapes::gemm)),
          entry(Op.MAT_MUL, ProductShapes.matrixProduct(0, 1)),
          entry(Op.MAT_MUL_INTEGER, ProductShapes.matrixProduct(0, 1, DataType.INT32)),
          entry(Op.QLINEAR_CONV, WindowShapes.convolution(0, 3, 7)),
          entry(Op.QLINEAR_MAT_MUL, ProductShapes.matrixProductOfType(0, 3, 7)),
          entry(Op.GRU, ProductShapes::recurrence),
          entry(Op.LSTM, ProductShapes::recurrence),
          entry(Op.RNN, ProductShapes::recurrence),
          entry(Op.BATCH_NORMALIZATION, like(0)),
          entry(Op.GROUP_NORMALIZATION, like(0)),
          entry(Op.HARDMAX, like(0)),
          entry(Op.INSTANCE_NORMALIZATION, like(0)),
          entry(Op.LAYER_NORMALIZATION, like(0)),
          entry(Op.LOG_SOFTMAX, like(0)),
          entry(Op.LP_NORMALIZATION, like(0)),
          entry(Op.LRN, like(0)),
          entry(Op.MEAN_VARIANCE_NORMALIZATION, like(0)),
          entry(Op.RMS_NORMALIZATION, like(0)),
          entry(Op.SOFTMAX, like(0)),
          entry(Op.ARG_MAX, one(ReducingShapes::argument)),
          entry(Op.ARG_MIN, one(ReducingShapes::argument)),
          entry(Op.AVERAGE_POOL, WindowShapes::pooled),
          entry(Op.CUM_SUM, like(0)),
          entry(Op.GLOBAL_AVERAGE_POOL, one(WindowShapes::pooledToOne)),
          entry(Op.GLOBAL_LP_POOL, one(WindowShapes::pooledToOne)),
          entry(Op.GLOBAL_MAX_POOL, one(WindowShapes::pooledToOne)),
          entry(Op.GRID_SAMPLE, one(WindowShapes::gridSampled)),
          entry(Op.LP_POOL, WindowShapes::pooled),
          entry(Op.MAX_POOL, WindowShapes::pooled),
          entry(Op.REDUCE_L1, ReducingShapes.reduced()),
          entry(Op.REDUCE_L2, ReducingShapes.reduced()),
          entry(Op.REDUCE_LOG_SUM, ReducingShapes.reduced()),
          entry(Op.REDUCE_LOG_SUM_EXP, ReducingShapes.reduced()),
          entry(Op.REDUCE_MAX, ReducingShapes.reduced(Math::max)),
          entry(Op.REDUCE_MEAN, ReducingShapes.reduced()),
          entry(Op.REDUCE_MIN, ReducingShapes.reduced(Math::min)),
          entry(Op.REDUCE_PROD, ReducingShapes.reduced((a, b) -> a * b)),
          entry(Op.REDUCE_SUM, ReducingShapes.reduced(Double::sum)),
          entry(Op.REDUCE_SUM_SQUARE, ReducingShapes.reduced()),
          entry(Op.RESIZE, one(ReducingShapes::resized)),
          entry(Op.ROI_ALIGN, one(WindowShapes::regions)),
          entry(Op.TOP_K, ReducingShapes::topK),
          entry(Op.UPSAMPLE, one(ReducingShapes::resized)),
          entry(Op.CONSTANT_OF_SHAPE, one(GeneratorShapes::constantOfShape)),
          entry(Op.EYE_LIKE, one(GeneratorShapes::eyeLike)),
          entry(
              Op.NON_MAX_SUPPRESSION,
              node -> List.of(TensorFacts.of(DataType.INT64, TensorFacts.OPEN, 3))),
          entry(Op.NON_ZERO, one(GeneratorShapes::nonZero)),
          entry(Op.ONE_HOT, one(ReducingShapes::oneHot)),
          entry(Op.RANGE, one(GeneratorShapes::range)),
          entry(Op.SHAPE, one(GeneratorShapes::shape)),
          entry(Op.SIZE, one(GeneratorShapes::size)),
          entry(Op.UNIQUE, GeneratorShapes::unique),
          entry(Op.BERNOULLI, one(GeneratorShapes::randomLike)),
          entry(Op.MULTINOMIAL, one(GeneratorShapes::multinomial)),
          entry(Op.RANDOM_NORMAL, one(GeneratorShapes::random)),
          entry(Op.RANDOM_NORMAL_LIKE, one(GeneratorShapes::randomLike)),
          entry(Op.RANDOM_UNIFORM, one(GeneratorShapes::random)),
          entry(Op.RANDOM_UNIFORM_LIKE, one(GeneratorShapes::randomLike)),
          entry(Op.DEQUANTIZE_LINEAR, one(GeneratorShapes::dequantized)),
          entry(Op.DYNAMIC_QUANTIZE_LINEAR, GeneratorShapes::dynamicallyQuantized),
          entry(Op.QUANTIZE_LINEAR, one(GeneratorShapes::quantized)),
          entry(Op.CONTRIB_ATTENTION, one(ProductShapes::attention)),
          entry(Op.CONTRIB_BIAS_SOFTMAX, like(0)),
          entry(Op.CONTRIB_DEQUANTIZE_LINEAR, one(GeneratorShapes::dequantized)),
          entry(Op.CONTRIB_DYNAMIC_QUANTIZE_LSTM, ProductShapes::recurrence),
          entry(Op.CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL, ProductShapes.matrixProduct(0, 1)),
          entry(Op.CONTRIB_EMBED_LAYER_NORMALIZATION, ProductShapes::embedding),
          entry(Op.CONTRIB_FUSED_CONV, WindowShapes.convolution(0, 1, 0)),
          entry(Op.CONTRIB_FUSED_GEMM, one(ProductShapes::gemm)),
          entry(Op.CONTRIB_FUSED_MAT_MUL, one(ProductShapes::fused)),
          entry(Op.CONTRIB_MAT_MUL_INTEGER_TO_FLOAT, ProductShapes.matrixProductOfType(0, 1, 2)),
          entry(Op.CONTRIB_MAT_MUL_N_BITS, one(ProductShapes::blocked)),
          entry(Op.CONTRIB_MULTI_HEAD_ATTENTION, one(ProductShapes::multiHeadAttention)),
          entry(
              Op.CONTRIB_QATTENTION,
              node -> List.of(ProductShapes.attention(node).withType(node.type(3)))),
          entry(Op.CONTRIB_QGEMM, one(ProductShapes::quantizedGemm)),
          entry(Op.CONTRIB_QLINEAR_ADD, broadcast(0, 3)),
          entry(Op.CONTRIB_QLINEAR_AVERAGE_POOL, WindowShapes::pooled),
          entry(Op.CONTRIB_QLINEAR_CONCAT, one(DataMovementShapes::quantizedConcat)),
          entry(Op.CONTRIB_QLINEAR_GLOBAL_AVERAGE_POOL, one(WindowShapes::pooledToOne)),
          entry(Op.CONTRIB_QLINEAR_LEAKY_RELU, like(0)),
          entry(Op.CONTRIB_QLINEAR_MUL, broadcast(0, 3)),
          entry(Op.CONTRIB_QLINEAR_SIGMOID, like(0)),
          entry(Op.CONTRIB_QLINEAR_SOFTMAX, like(0)),
          entry(Op.CONTRIB_QLINEAR_WHERE, broadcast(1, 0, 4)),
          entry(Op.CONTRIB_QUANTIZE_LINEAR, one(GeneratorShapes::quantized)),
          entry(Op.CONTRIB_SKIP_LAYER_NORMALIZATION, OutputShapes::skipNormalization),
          entry(Op.CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION, OutputShapes::skipNormalization));

  private OutputShapes() {}

  /**
   * The outputs of a node, by the rule of its operator.
   *
   * @throws NotInferable with the reason, also when the inputs do not fit the operator
   */
  static List<@Nullable TensorFacts> outputs(Op op, NodeFacts node) {
    try {
      return of(op).outputs(node);
    } catch (IndexOutOfBoundsException
        | NegativeArraySizeException
        | IllegalArgumentException
        | ArithmeticException e) {
      throw new NotInferable("its inputs " + node.inputs() + " do not fit its operator");
    }
  }

  /**
   * The rule of an operator; one of which nothing else is said takes the shape that its operands
   * broadcast to.
   */
  private static ShapeRule of(Op op) {
    ShapeRule rule = RULES.get(op);
    if (rule != null) {
      return rule;
    }
    return op.isElementwise()
        ? ElementwiseShapes.broadcastAll()
        : node -> {
          throw new NotInferable("its operator has no shape rule");
        };
  }

  private static List<@Nullable TensorFacts> dropout(NodeFacts node) {
    TensorFacts input = node.input(0);
    return List.of(input, input.withType(DataType.BOOL).with(null));
  }

  /** The sign of the result is that of the divisor, or with fmod that of the dividend. */
  private static List<@Nullable TensorFacts> modulo(NodeFacts node) {
    boolean ofDividend = node.attribute("fmod", 0) != 0;
    return typed((a, b, type) -> Exact.remainder(a, b, type, ofDividend), Double.NaN, Double.NaN)
        .outputs(node);
  }

  /** The sum of input and skip is the fourth output; the two between are kept for training only. */
  private static List<@Nullable TensorFacts> skipNormalization(NodeFacts node) {
    TensorFacts input = node.input(0);
    return Arrays.asList(input, null, null, input);
  }
}
