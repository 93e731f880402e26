package io.demitasse.ops;

import static io.demitasse.ops.ElementwiseShapes.binary;
import static io.demitasse.ops.ElementwiseShapes.broadcast;
import static io.demitasse.ops.ElementwiseShapes.comparison;
import static io.demitasse.ops.ElementwiseShapes.unary;
import static io.demitasse.ops.ElementwiseShapes.variadic;
import static io.demitasse.ops.ShapeRule.like;
import static io.demitasse.ops.ShapeRule.one;

import io.demitasse.ir.DataType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rule tells the shapes of an operator's outputs. */
final class OutputShapes {
  private OutputShapes() {}

  static ShapeRule of(Op op) {
    return switch (op) {
      case ABS -> unary(Math::abs);
      case CEIL -> unary(Math::ceil);
      case FLOOR -> unary(Math::floor);
      case IDENTITY -> unary(x -> x);
      case NEG -> unary(x -> -x);
      case NOT -> unary(x -> x == 0 ? 1 : 0);
      case RELU -> unary(x -> Math.max(x, 0));
      case ROUND -> unary(Math::rint);
      case SQRT -> unary(Math::sqrt);
      case CAST -> one(ElementwiseShapes::cast);
      case CAST_LIKE -> one(ElementwiseShapes::castLike);
      case IS_INF, IS_NAN -> like(0, DataType.BOOL);
      case DROPOUT -> OutputShapes::dropout;
      case ACOS,
          ACOSH,
          ASIN,
          ASINH,
          ATAN,
          ATANH,
          BITWISE_NOT,
          CELU,
          CLIP,
          COS,
          COSH,
          ELU,
          ERF,
          EXP,
          GELU,
          HARD_SIGMOID,
          HARD_SWISH,
          LEAKY_RELU,
          LOG,
          MISH,
          RECIPROCAL,
          SELU,
          SHRINK,
          SIGMOID,
          SIGN,
          SIN,
          SINH,
          SOFTPLUS,
          SOFTSIGN,
          SWISH,
          TAN,
          TANH,
          THRESHOLDED_RELU ->
          like(0);

      case ADD -> binary(Double::sum);
      case DIV -> binary((a, b) -> a / b);
      case MOD -> OutputShapes::modulo;
      case MUL -> binary((a, b) -> a * b);
      case POW -> binary(Math::pow);
      case SUB -> binary((a, b) -> a - b);
      case AND -> comparison((a, b) -> a * b);
      case EQUAL -> comparison((a, b) -> a == b ? 1 : 0);
      case GREATER -> comparison((a, b) -> a > b ? 1 : 0);
      case GREATER_OR_EQUAL -> comparison((a, b) -> a >= b ? 1 : 0);
      case LESS -> comparison((a, b) -> a < b ? 1 : 0);
      case LESS_OR_EQUAL -> comparison((a, b) -> a <= b ? 1 : 0);
      case OR -> comparison(Math::max);
      case XOR -> comparison((a, b) -> a == b ? 0 : 1);
      case MAX -> variadic(Math::max);
      case MIN -> variadic(Math::min);
      case SUM -> variadic(Double::sum);
      case MEAN -> node -> broadcast(places(node)).outputs(node);
      case BIT_SHIFT, BITWISE_AND, BITWISE_OR, BITWISE_XOR -> broadcast(0, 1);
      case PRELU -> like(0);
      case WHERE -> one(ElementwiseShapes::where);

      case COMPRESS -> one(MovingShapes::compress);
      case CONCAT -> one(MovingShapes::concat);
      case DEPTH_TO_SPACE -> one(MovingShapes::depthToSpace);
      case EXPAND -> one(MovingShapes::expand);
      case FLATTEN -> one(MovingShapes::flatten);
      case GATHER -> one(MovingShapes::gather);
      case GATHER_ELEMENTS -> one(MovingShapes::gatherElements);
      case GATHER_ND -> one(MovingShapes::gatherNd);
      case PAD -> one(MovingShapes::pad);
      case RESHAPE -> one(MovingShapes::reshape);
      case SLICE -> one(SliceShape::of);
      case SPACE_TO_DEPTH -> one(MovingShapes::spaceToDepth);
      case SPLIT -> MovingShapes::split;
      case SQUEEZE -> one(MovingShapes::squeeze);
      case TILE -> one(MovingShapes::tile);
      case TRANSPOSE -> one(MovingShapes::transpose);
      case UNSQUEEZE -> one(MovingShapes::unsqueeze);
      case REVERSE_SEQUENCE, SCATTER, SCATTER_ELEMENTS, SCATTER_ND, TRILU -> like(0);

      case CONV, CONTRIB_FUSED_CONV -> WindowShapes.convolution(0, 1, 0);
      case CONV_INTEGER -> WindowShapes.convolution(DataType.INT32);
      case QLINEAR_CONV -> WindowShapes.convolution(0, 3, 7);
      case CONV_TRANSPOSE -> one(WindowShapes::transposed);
      case EINSUM -> one(MakingShapes::einsum);
      case GEMM, CONTRIB_FUSED_GEMM -> one(ProductShapes::gemm);
      case CONTRIB_QGEMM -> one(ProductShapes::quantizedGemm);
      case MAT_MUL, CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL -> ProductShapes.matrixProduct(0, 1);
      case MAT_MUL_INTEGER -> ProductShapes.matrixProduct(0, 1, DataType.INT32);
      case QLINEAR_MAT_MUL -> ProductShapes.matrixProductOfType(0, 3, 7);
      case CONTRIB_MAT_MUL_INTEGER_TO_FLOAT -> ProductShapes.matrixProductOfType(0, 1, 2);
      case CONTRIB_FUSED_MAT_MUL -> one(ProductShapes::fused);
      case CONTRIB_MAT_MUL_N_BITS -> one(ProductShapes::blocked);
      case GRU, LSTM, RNN, CONTRIB_DYNAMIC_QUANTIZE_LSTM -> ProductShapes::recurrence;
      case CONTRIB_MULTI_HEAD_ATTENTION -> one(ProductShapes::multiHeadAttention);
      case CONTRIB_ATTENTION -> one(ProductShapes::attention);
      case CONTRIB_QATTENTION ->
          node -> List.of(ProductShapes.attention(node).withType(node.type(3)));

      case BATCH_NORMALIZATION,
          GROUP_NORMALIZATION,
          HARDMAX,
          INSTANCE_NORMALIZATION,
          LAYER_NORMALIZATION,
          LOG_SOFTMAX,
          LP_NORMALIZATION,
          LRN,
          MEAN_VARIANCE_NORMALIZATION,
          RMS_NORMALIZATION,
          SOFTMAX,
          CUM_SUM ->
          like(0);

      case ARG_MAX, ARG_MIN -> one(ReducingShapes::argument);
      case AVERAGE_POOL, LP_POOL, MAX_POOL, CONTRIB_QLINEAR_AVERAGE_POOL -> WindowShapes::pooled;
      case GLOBAL_AVERAGE_POOL,
          GLOBAL_LP_POOL,
          GLOBAL_MAX_POOL,
          CONTRIB_QLINEAR_GLOBAL_AVERAGE_POOL ->
          one(WindowShapes::pooledToOne);
      case GRID_SAMPLE -> one(WindowShapes::gridSampled);
      case REDUCE_MAX -> ReducingShapes.reduced(Math::max);
      case REDUCE_MIN -> ReducingShapes.reduced(Math::min);
      case REDUCE_PROD -> ReducingShapes.reduced((a, b) -> a * b);
      case REDUCE_SUM -> ReducingShapes.reduced(Double::sum);
      case REDUCE_L1,
          REDUCE_L2,
          REDUCE_LOG_SUM,
          REDUCE_LOG_SUM_EXP,
          REDUCE_MEAN,
          REDUCE_SUM_SQUARE ->
          ReducingShapes.reduced();
      case RESIZE, UPSAMPLE -> one(ReducingShapes::resized);
      case ROI_ALIGN -> one(WindowShapes::regions);
      case TOP_K -> ReducingShapes::topK;

      case CONSTANT -> OutputShapes::unknown;
      case CONSTANT_OF_SHAPE -> one(MakingShapes::constantOfShape);
      case EYE_LIKE -> one(MakingShapes::eyeLike);
      case NON_MAX_SUPPRESSION ->
          node -> List.of(TensorFacts.of(DataType.INT64, TensorFacts.OPEN, 3));
      case NON_ZERO -> one(MakingShapes::nonZero);
      case ONE_HOT -> one(ReducingShapes::oneHot);
      case RANGE -> one(MakingShapes::range);
      case SHAPE -> one(MakingShapes::shape);
      case SIZE -> one(MakingShapes::size);
      case UNIQUE -> MakingShapes::unique;
      case BERNOULLI, RANDOM_NORMAL_LIKE, RANDOM_UNIFORM_LIKE -> one(MakingShapes::randomLike);
      case MULTINOMIAL -> one(MakingShapes::multinomial);
      case RANDOM_NORMAL, RANDOM_UNIFORM -> one(MakingShapes::random);
      case IF, LOOP, SCAN -> OutputShapes::unknown;

      case DEQUANTIZE_LINEAR, CONTRIB_DEQUANTIZE_LINEAR -> one(MakingShapes::dequantized);
      case QUANTIZE_LINEAR, CONTRIB_QUANTIZE_LINEAR -> one(MakingShapes::quantized);
      case DYNAMIC_QUANTIZE_LINEAR -> MakingShapes::dynamicallyQuantized;

      case CONTRIB_BIAS_GELU,
          CONTRIB_BIAS_SOFTMAX,
          CONTRIB_FAST_GELU,
          CONTRIB_GELU,
          CONTRIB_QLINEAR_LEAKY_RELU,
          CONTRIB_QLINEAR_SIGMOID,
          CONTRIB_QLINEAR_SOFTMAX,
          CONTRIB_QUICK_GELU ->
          like(0);
      case CONTRIB_EMBED_LAYER_NORMALIZATION -> ProductShapes::embedding;
      case CONTRIB_GATHER_BLOCK_QUANTIZED -> OutputShapes::unknown;
      case AFFINE_GRID,
          BLACKMAN_WINDOW,
          CENTER_CROP_PAD,
          COL2_IM,
          CONCAT_FROM_SEQUENCE,
          DEFORM_CONV,
          DET,
          DFT,
          HAMMING_WINDOW,
          HANN_WINDOW,
          MAX_ROI_POOL,
          MAX_UNPOOL,
          MEL_WEIGHT_MATRIX,
          OPTIONAL,
          OPTIONAL_GET_ELEMENT,
          OPTIONAL_HAS_ELEMENT,
          SEQUENCE_AT,
          SEQUENCE_CONSTRUCT,
          SEQUENCE_EMPTY,
          SEQUENCE_ERASE,
          SEQUENCE_INSERT,
          SEQUENCE_LENGTH,
          SPLIT_TO_SEQUENCE,
          STFT,
          STRING_NORMALIZER,
          TF_IDF_VECTORIZER ->
          OutputShapes::unknown;
      case CONTRIB_QLINEAR_ADD, CONTRIB_QLINEAR_MUL -> broadcast(0, 3);
      case CONTRIB_QLINEAR_CONCAT -> one(MakingShapes::quantizedConcat);
      case CONTRIB_QLINEAR_WHERE -> broadcast(1, 0, 4);
      case CONTRIB_SKIP_LAYER_NORMALIZATION, CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION ->
          OutputShapes::skipNormalization;
    };
  }

  private static int[] places(NodeFacts node) {
    int[] places = new int[node.node().inputs().size()];
    Arrays.setAll(places, i -> i);
    return places;
  }

  private static List<@Nullable TensorFacts> dropout(NodeFacts node) {
    TensorFacts input = node.input(0);
    return List.of(input, input.withType(DataType.BOOL).withNumbers(null));
  }

  /** The sign of the result is that of the divisor, or with fmod that of the dividend. */
  private static List<@Nullable TensorFacts> modulo(NodeFacts node) {
    return node.attribute("fmod", 0) == 0
        ? binary((a, b) -> a - b * Math.floor(a / b)).outputs(node)
        : binary((a, b) -> a % b).outputs(node);
  }

  /** The sum of input and skip is the fourth output; the two between are kept for training only. */
  private static List<@Nullable TensorFacts> skipNormalization(NodeFacts node) {
    TensorFacts input = node.input(0);
    return Arrays.asList(input, null, null, input);
  }

  private static List<@Nullable TensorFacts> unknown(NodeFacts node) {
    throw new NotInferable("its operator has no shape rule");
  }
}
