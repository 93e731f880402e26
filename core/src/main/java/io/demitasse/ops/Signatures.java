package io.demitasse.ops;

import static io.demitasse.ops.Op.*;
import static io.demitasse.ops.Signature.MANY;
import static io.demitasse.ops.Signature.takes;
import static io.demitasse.ops.Signature.takesAtLeast;

import java.util.EnumMap;
import java.util.Map;

/**
 * How each operator is called: the signature column of the table.
 *
 * <p>Of ONNX Runtime's own operators only what they cannot do without is told, because its versions
 * add inputs and outputs to them.
 */
final class Signatures {
  private static final Map<Op, Signature> SIGNATURES = new EnumMap<>(Op.class);

  static {
    elementwise();
    moving();
    products();
    reducing();
    making();
    others();
    contributed();
  }

  private Signatures() {}

  static Signature of(Op op) {
    Signature signature = SIGNATURES.get(op);
    if (signature == null) {
      throw new IllegalStateException("the table tells no signature of " + op);
    }
    return signature;
  }

  private static void put(Signature signature, Op... ops) {
    for (Op op : ops) {
      SIGNATURES.put(op, signature);
    }
  }

  private static void elementwise() {
    put(takes(1), ABS, ACOS, ACOSH, ASIN, ASINH, ATAN, ATANH, BITWISE_NOT, CEIL, CELU, COS, COSH);
    put(takes(1), ELU, ERF, EXP, FLOOR, GELU, HARD_SIGMOID, HARD_SWISH, IDENTITY, IS_INF, IS_NAN);
    put(takes(1), LEAKY_RELU, LOG, MISH, NEG, NOT, RECIPROCAL, RELU, ROUND, SELU, SHRINK, SIGMOID);
    put(takes(1), SIGN, SIN, SINH, SOFTPLUS, SOFTSIGN, SQRT, SWISH, TAN, TANH, THRESHOLDED_RELU);
    put(takes(1).needs("to"), CAST);
    put(takes(2), CAST_LIKE);
    put(takes(1, 3), CLIP);
    put(takes(1, 3).gives(1, 2), DROPOUT);
    put(takes(2), ADD, AND, BIT_SHIFT, BITWISE_AND, BITWISE_OR, BITWISE_XOR, DIV, EQUAL, GREATER);
    put(takes(2), GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, MOD, MUL, OR, POW, PRELU, SUB, XOR);
    put(takesAtLeast(1), MAX, MEAN, MIN, SUM);
    put(takes(3), WHERE);
  }

  private static void moving() {
    put(takes(2), COMPRESS);
    put(takesAtLeast(1).rank(0, 1), CONCAT);
    put(takes(1).rank(0, 4).needs("blocksize"), DEPTH_TO_SPACE, SPACE_TO_DEPTH);
    put(takes(2).places(1), EXPAND);
    put(takes(1), FLATTEN, TRANSPOSE);
    put(takes(2).places(1).rank(0, 1), GATHER, GATHER_ELEMENTS);
    put(takes(2).places(1).rank(0, 1).rank(1, 1), GATHER_ND);
    put(takes(1, 4).places(1, 3), PAD);
    put(takes(1, 2).places(1), RESHAPE, SQUEEZE, UNSQUEEZE);
    put(takes(2).places(1).rank(0, 2), REVERSE_SEQUENCE);
    put(takes(3).places(1), SCATTER, SCATTER_ELEMENTS, SCATTER_ND);
    put(takes(1, 5).places(1, 2, 3, 4), SLICE);
    put(takes(1, 2).places(1).rank(0, 1).gives(1, MANY), SPLIT);
    put(takes(2, 3).places(1), TILE);
    put(takes(1, 2).places(1), TRILU);
  }

  private static void products() {
    put(takes(2, 3).rank(0, 2).rank(1, 2), CONV, CONV_TRANSPOSE);
    put(takes(2, 4).rank(0, 2).rank(1, 2), CONV_INTEGER);
    put(takes(3, 5).rank(0, 2).rank(1, 2), DEFORM_CONV);
    put(takesAtLeast(1).needs("equation"), EINSUM);
    put(takes(2, 3).rank(0, 2).rank(1, 2), GEMM);
    put(takes(2).rank(0, 1).rank(1, 1), MAT_MUL);
    put(takes(2, 4).rank(0, 1).rank(1, 1), MAT_MUL_INTEGER);
    put(takes(8, 9).rank(0, 2).rank(3, 2), QLINEAR_CONV);
    put(takes(8).rank(0, 1).rank(3, 1), QLINEAR_MAT_MUL);
    put(takes(3, 6).rank(0, 3).rank(1, 3).rank(2, 3).gives(0, 2), GRU, RNN);
    put(takes(3, 8).rank(0, 3).rank(1, 3).rank(2, 3).gives(0, 3), LSTM);
  }

  private static void reducing() {
    put(takes(5).rank(0, 1).gives(1, 5), BATCH_NORMALIZATION);
    put(takes(3).rank(0, 2), GROUP_NORMALIZATION, INSTANCE_NORMALIZATION);
    put(takes(2, 3).gives(1, 3), LAYER_NORMALIZATION);
    put(takes(2), RMS_NORMALIZATION);
    put(takes(1), HARDMAX, LOG_SOFTMAX, LP_NORMALIZATION, LRN, SOFTMAX);
    put(takes(1), MEAN_VARIANCE_NORMALIZATION, ARG_MAX, ARG_MIN);
    put(takes(1).rank(0, 2).needs("kernel_shape"), AVERAGE_POOL, LP_POOL);
    put(takes(1).rank(0, 2).needs("kernel_shape").gives(1, 2), MAX_POOL);
    put(takes(1).rank(0, 2), GLOBAL_AVERAGE_POOL, GLOBAL_LP_POOL, GLOBAL_MAX_POOL);
    put(takes(2).places(1), CUM_SUM);
    put(takes(2).rank(0, 3).rank(1, 3), GRID_SAMPLE);
    put(takes(1, 2).places(1), REDUCE_L1, REDUCE_L2, REDUCE_LOG_SUM, REDUCE_LOG_SUM_EXP);
    put(takes(1, 2).places(1), REDUCE_MAX, REDUCE_MEAN, REDUCE_MIN, REDUCE_PROD, REDUCE_SUM);
    put(takes(1, 2).places(1), REDUCE_SUM_SQUARE);
    put(takes(1, 4).places(3), RESIZE);
    put(takes(1, 2), UPSAMPLE);
    put(takes(3).rank(0, 4).rank(1, 2), ROI_ALIGN);
    put(takes(1, 2).places(1).gives(1, 2), TOP_K);
  }

  private static void making() {
    put(takes(0), CONSTANT, SEQUENCE_EMPTY);
    put(takes(0).needs("shape"), RANDOM_NORMAL, RANDOM_UNIFORM);
    put(takes(1).places(0), CONSTANT_OF_SHAPE);
    put(takes(1), EYE_LIKE, NON_ZERO, SHAPE, SIZE);
    put(takes(2, 5), NON_MAX_SUPPRESSION);
    put(takes(3), ONE_HOT, RANGE);
    put(takes(1).gives(1, 4), UNIQUE);
    put(takes(1), BERNOULLI, MULTINOMIAL, RANDOM_NORMAL_LIKE, RANDOM_UNIFORM_LIKE);
    put(takes(2, 3), DEQUANTIZE_LINEAR, QUANTIZE_LINEAR);
    put(takes(1).gives(1, 3), DYNAMIC_QUANTIZE_LINEAR);
  }

  private static void others() {
    put(takes(1), BLACKMAN_WINDOW, CONCAT_FROM_SEQUENCE, DET, HAMMING_WINDOW, HANN_WINDOW);
    put(takes(1), OPTIONAL_GET_ELEMENT, SEQUENCE_LENGTH, STRING_NORMALIZER, TF_IDF_VECTORIZER);
    put(takes(2), AFFINE_GRID, CENTER_CROP_PAD, SEQUENCE_AT);
    put(takes(2).rank(0, 4).rank(1, 2), MAX_ROI_POOL);
    put(takes(3), COL2_IM);
    put(takes(1, 3).rank(0, 2), DFT);
    put(takes(2, 3), MAX_UNPOOL, SEQUENCE_INSERT);
    put(takes(5), MEL_WEIGHT_MATRIX);
    put(takes(0, 1), OPTIONAL, OPTIONAL_HAS_ELEMENT);
    put(takesAtLeast(1), SEQUENCE_CONSTRUCT);
    put(takes(1, 2), SEQUENCE_ERASE, SPLIT_TO_SEQUENCE);
    put(takes(2, 4).rank(0, 2), STFT);
    put(takes(1).gives(0, MANY).needs("then_branch", "else_branch"), IF);
    put(takes(1, MANY).gives(0, MANY).needs("body"), SCAN);
    put(takes(0, MANY).gives(0, MANY).needs("body"), LOOP);
  }

  private static void contributed() {
    Signature any = takesAtLeast(1).gives(1, MANY);
    Signature two = takesAtLeast(2).gives(1, MANY);
    Signature three = takesAtLeast(3).gives(1, MANY);
    put(any, CONTRIB_EMBED_LAYER_NORMALIZATION, CONTRIB_FAST_GELU, CONTRIB_GELU);
    put(any, CONTRIB_MULTI_HEAD_ATTENTION, CONTRIB_QUICK_GELU);
    put(two, CONTRIB_ATTENTION, CONTRIB_BIAS_GELU, CONTRIB_BIAS_SOFTMAX);
    put(two, CONTRIB_DEQUANTIZE_LINEAR, CONTRIB_QUANTIZE_LINEAR);
    put(two.rank(0, 2).rank(1, 2), CONTRIB_FUSED_CONV);
    put(two.rank(0, 2).rank(1, 2), CONTRIB_FUSED_GEMM);
    put(two.rank(0, 1).rank(1, 1), CONTRIB_FUSED_MAT_MUL);
    put(two, CONTRIB_QLINEAR_ADD, CONTRIB_QLINEAR_AVERAGE_POOL, CONTRIB_QLINEAR_LEAKY_RELU);
    put(two, CONTRIB_QLINEAR_GLOBAL_AVERAGE_POOL, CONTRIB_QLINEAR_MUL, CONTRIB_QLINEAR_SIGMOID);
    put(two, CONTRIB_QLINEAR_SOFTMAX, CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION);
    put(three.rank(0, 1).rank(1, 1), CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL);
    put(three.rank(0, 1).rank(1, 1), CONTRIB_MAT_MUL_INTEGER_TO_FLOAT);
    put(three.rank(0, 1), CONTRIB_GATHER_BLOCK_QUANTIZED, CONTRIB_MAT_MUL_N_BITS);
    put(three.gives(0, MANY), CONTRIB_DYNAMIC_QUANTIZE_LSTM);
    put(three, CONTRIB_QLINEAR_CONCAT, CONTRIB_QLINEAR_WHERE, CONTRIB_SKIP_LAYER_NORMALIZATION);
    put(takesAtLeast(5).gives(1, MANY), CONTRIB_QATTENTION);
    put(takesAtLeast(6).gives(1, MANY), CONTRIB_QGEMM);
  }
}
