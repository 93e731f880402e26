package io.demitasse.ops;

import static io.demitasse.ir.Model.CONTRIB;
import static io.demitasse.ops.Row.elementwise;
import static io.demitasse.ops.Row.moving;
import static io.demitasse.ops.Row.plain;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The operator table: one row an operator.
 *
 * <p>An operator without a row is opaque. Whoever asks must treat it as able to do anything: never
 * as harmless.
 */
public enum Op {
  // ---- one input, element by element ----
  ABS("Abs", elementwise()),
  ACOS("Acos", elementwise()),
  ACOSH("Acosh", elementwise()),
  ASIN("Asin", elementwise()),
  ASINH("Asinh", elementwise()),
  ATAN("Atan", elementwise()),
  ATANH("Atanh", elementwise()),
  BITWISE_NOT("BitwiseNot", elementwise()),
  CAST("Cast", elementwise()),
  CAST_LIKE("CastLike", elementwise()),
  CEIL("Ceil", elementwise()),
  CELU("Celu", elementwise()),
  CLIP("Clip", elementwise().integers(0)),
  COS("Cos", elementwise()),
  COSH("Cosh", elementwise()),
  DROPOUT("Dropout", elementwise().impure()),
  ELU("Elu", elementwise()),
  ERF("Erf", elementwise()),
  EXP("Exp", elementwise()),
  FLOOR("Floor", elementwise()),
  GELU("Gelu", elementwise()),
  HARD_SIGMOID("HardSigmoid", elementwise().integers(0)),
  HARD_SWISH("HardSwish", elementwise()),
  IDENTITY("Identity", moving().integers(0)),
  IS_INF("IsInf", elementwise()),
  IS_NAN("IsNaN", elementwise()),
  LEAKY_RELU("LeakyRelu", elementwise().integers(0)),
  LOG("Log", elementwise()),
  MISH("Mish", elementwise()),
  NEG("Neg", elementwise()),
  NOT("Not", elementwise()),
  RECIPROCAL("Reciprocal", elementwise()),
  RELU("Relu", elementwise().integers(0)),
  ROUND("Round", elementwise()),
  SELU("Selu", elementwise()),
  SHRINK("Shrink", elementwise()),
  SIGMOID("Sigmoid", elementwise().integers(0)),
  SIGN("Sign", elementwise()),
  SIN("Sin", elementwise()),
  SINH("Sinh", elementwise()),
  SOFTPLUS("Softplus", elementwise()),
  SOFTSIGN("Softsign", elementwise()),
  SQRT("Sqrt", elementwise()),
  SWISH("Swish", elementwise()),
  TAN("Tan", elementwise()),
  TANH("Tanh", elementwise()),
  THRESHOLDED_RELU("ThresholdedRelu", elementwise()),

  // ---- several inputs, element by element, broadcast ----
  ADD("Add", elementwise().integers(0, 1)),
  AND("And", elementwise()),
  BIT_SHIFT("BitShift", elementwise()),
  BITWISE_AND("BitwiseAnd", elementwise()),
  BITWISE_OR("BitwiseOr", elementwise()),
  BITWISE_XOR("BitwiseXor", elementwise()),
  DIV("Div", elementwise()),
  EQUAL("Equal", elementwise()),
  GREATER("Greater", elementwise()),
  GREATER_OR_EQUAL("GreaterOrEqual", elementwise()),
  LESS("Less", elementwise()),
  LESS_OR_EQUAL("LessOrEqual", elementwise()),
  MAX("Max", elementwise()),
  MEAN("Mean", elementwise()),
  MIN("Min", elementwise()),
  MOD("Mod", elementwise()),
  MUL("Mul", elementwise().integers(0, 1)),
  OR("Or", elementwise()),
  POW("Pow", elementwise()),
  PRELU("PRelu", elementwise().weights(1)),
  SUB("Sub", elementwise()),
  SUM("Sum", elementwise()),
  WHERE("Where", elementwise().integers(1, 2)),
  XOR("Xor", elementwise()),

  // ---- elements moved, copied or dropped ----
  COMPRESS("Compress", moving()),
  CONCAT("Concat", moving().integers(0)),
  DEPTH_TO_SPACE("DepthToSpace", moving().integers(0)),
  EXPAND("Expand", moving().integers(0)),
  FLATTEN("Flatten", moving().integers(0)),
  GATHER("Gather", moving().weights(0).integers(0).channels((node, _) -> axisOf(node))),
  GATHER_ELEMENTS("GatherElements", moving().integers(0)),
  GATHER_ND("GatherND", moving()),
  PAD("Pad", moving()),
  RESHAPE("Reshape", moving().integers(0)),
  REVERSE_SEQUENCE("ReverseSequence", moving()),
  SCATTER("Scatter", moving()),
  SCATTER_ELEMENTS("ScatterElements", moving()),
  SCATTER_ND("ScatterND", moving()),
  SLICE("Slice", moving().integers(0)),
  SPACE_TO_DEPTH("SpaceToDepth", moving().integers(0)),
  SPLIT("Split", moving().integers(0)),
  SQUEEZE("Squeeze", moving().integers(0)),
  TILE("Tile", moving()),
  TRANSPOSE("Transpose", moving().integers(0)),
  TRILU("Trilu", moving()),
  UNSQUEEZE("Unsqueeze", moving().integers(0)),

  // ---- products ----
  CONV("Conv", plain().weights(1).integers(0, 1).bias(2).channels(0)),
  CONV_INTEGER("ConvInteger", plain().weights(1).channels(0)),
  CONV_TRANSPOSE("ConvTranspose", plain().weights(1).bias(2).channels(1)),
  EINSUM("Einsum", plain()),
  GEMM("Gemm", plain().weights(1).integers(0, 1).bias(2).channels(Op::gemmAxis)),
  MAT_MUL("MatMul", plain().weights(1).integers(0, 1).channels((_, input) -> input - 2)),
  MAT_MUL_INTEGER("MatMulInteger", plain().weights(1).channels((_, input) -> input - 2)),
  QLINEAR_CONV("QLinearConv", plain().weights(3).bias(8).channels(0)),
  QLINEAR_MAT_MUL("QLinearMatMul", plain().weights(3).channels(-1)),

  // ---- recurrences: weights [directions, gates * hidden, input or hidden] ----
  GRU("GRU", plain().weights(1, 2).bias(3).channels(1)),
  LSTM("LSTM", plain().weights(1, 2).bias(3).channels(1)),
  RNN("RNN", plain().weights(1, 2).bias(3).channels(1)),

  // ---- normalization ----
  BATCH_NORMALIZATION("BatchNormalization", plain().bias(2)),
  GROUP_NORMALIZATION("GroupNormalization", plain().bias(2)),
  HARDMAX("Hardmax", plain()),
  INSTANCE_NORMALIZATION("InstanceNormalization", plain().bias(2)),
  LAYER_NORMALIZATION("LayerNormalization", plain().bias(2)),
  LOG_SOFTMAX("LogSoftmax", plain()),
  LP_NORMALIZATION("LpNormalization", plain()),
  LRN("LRN", plain()),
  MEAN_VARIANCE_NORMALIZATION("MeanVarianceNormalization", plain()),
  RMS_NORMALIZATION("RMSNormalization", plain()),
  SOFTMAX("Softmax", plain().integers(0)),

  // ---- pooling, resampling and reduction ----
  ARG_MAX("ArgMax", plain().integers(0)),
  ARG_MIN("ArgMin", plain()),
  AVERAGE_POOL("AveragePool", plain().integers(0)),
  CUM_SUM("CumSum", plain()),
  GLOBAL_AVERAGE_POOL("GlobalAveragePool", plain().integers(0)),
  GLOBAL_LP_POOL("GlobalLpPool", plain()),
  GLOBAL_MAX_POOL("GlobalMaxPool", plain()),
  GRID_SAMPLE("GridSample", plain()),
  LP_POOL("LpPool", plain()),
  MAX_POOL("MaxPool", moving().integers(0)),
  REDUCE_L1("ReduceL1", plain()),
  REDUCE_L2("ReduceL2", plain()),
  REDUCE_LOG_SUM("ReduceLogSum", plain()),
  REDUCE_LOG_SUM_EXP("ReduceLogSumExp", plain()),
  REDUCE_MAX("ReduceMax", plain()),
  REDUCE_MEAN("ReduceMean", plain()),
  REDUCE_MIN("ReduceMin", plain()),
  REDUCE_PROD("ReduceProd", plain()),
  REDUCE_SUM("ReduceSum", plain()),
  REDUCE_SUM_SQUARE("ReduceSumSquare", plain()),
  RESIZE("Resize", plain().integers(0)),
  ROI_ALIGN("RoiAlign", plain()),
  TOP_K("TopK", plain()),
  UPSAMPLE("Upsample", plain()),

  // ---- made from sizes, indices or nothing ----
  CONSTANT("Constant", plain()),
  CONSTANT_OF_SHAPE("ConstantOfShape", plain()),
  EYE_LIKE("EyeLike", plain()),
  NON_MAX_SUPPRESSION("NonMaxSuppression", plain()),
  NON_ZERO("NonZero", plain()),
  ONE_HOT("OneHot", plain()),
  RANGE("Range", plain()),
  SHAPE("Shape", plain()),
  SIZE("Size", plain()),
  UNIQUE("Unique", plain()),

  // ---- signals, sequences and text: nothing but their names is known ----
  AFFINE_GRID("AffineGrid", plain()),
  BLACKMAN_WINDOW("BlackmanWindow", plain()),
  CENTER_CROP_PAD("CenterCropPad", moving()),
  COL2_IM("Col2Im", plain()),
  CONCAT_FROM_SEQUENCE("ConcatFromSequence", plain()),
  DEFORM_CONV("DeformConv", plain().weights(1).bias(3).channels(0)),
  DET("Det", plain()),
  DFT("DFT", plain()),
  HAMMING_WINDOW("HammingWindow", plain()),
  HANN_WINDOW("HannWindow", plain()),
  MAX_ROI_POOL("MaxRoiPool", plain()),
  MAX_UNPOOL("MaxUnpool", plain()),
  MEL_WEIGHT_MATRIX("MelWeightMatrix", plain()),
  OPTIONAL("Optional", plain()),
  OPTIONAL_GET_ELEMENT("OptionalGetElement", plain()),
  OPTIONAL_HAS_ELEMENT("OptionalHasElement", plain()),
  SEQUENCE_AT("SequenceAt", plain()),
  SEQUENCE_CONSTRUCT("SequenceConstruct", plain()),
  SEQUENCE_EMPTY("SequenceEmpty", plain()),
  SEQUENCE_ERASE("SequenceErase", plain()),
  SEQUENCE_INSERT("SequenceInsert", plain()),
  SEQUENCE_LENGTH("SequenceLength", plain()),
  SPLIT_TO_SEQUENCE("SplitToSequence", plain()),
  STFT("STFT", plain()),
  STRING_NORMALIZER("StringNormalizer", plain()),
  TF_IDF_VECTORIZER("TfIdfVectorizer", plain()),

  // ---- random numbers ----
  BERNOULLI("Bernoulli", plain().impure()),
  MULTINOMIAL("Multinomial", plain().impure()),
  RANDOM_NORMAL("RandomNormal", plain().impure()),
  RANDOM_NORMAL_LIKE("RandomNormalLike", plain().impure()),
  RANDOM_UNIFORM("RandomUniform", plain().impure()),
  RANDOM_UNIFORM_LIKE("RandomUniformLike", plain().impure()),

  // ---- control flow ----
  IF("If", plain().impure()),
  LOOP("Loop", plain().impure()),
  SCAN("Scan", plain().impure()),

  // ---- quantization ----
  DEQUANTIZE_LINEAR("DequantizeLinear", plain()),
  DYNAMIC_QUANTIZE_LINEAR("DynamicQuantizeLinear", plain()),
  QUANTIZE_LINEAR("QuantizeLinear", plain()),

  // ---- ONNX Runtime's own ----
  CONTRIB_ATTENTION(CONTRIB, "Attention", plain().weights(1).bias(2).channels(1)),
  CONTRIB_BIAS_GELU(CONTRIB, "BiasGelu", elementwise()),
  CONTRIB_BIAS_SOFTMAX(CONTRIB, "BiasSoftmax", plain()),
  CONTRIB_DEQUANTIZE_LINEAR(CONTRIB, "DequantizeLinear", plain()),
  CONTRIB_DYNAMIC_QUANTIZE_LSTM(CONTRIB, "DynamicQuantizeLSTM", plain().weights(1, 2).bias(3)),
  CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL(
      CONTRIB, "DynamicQuantizeMatMul", plain().weights(1).bias(4).channels(-1)),
  CONTRIB_EMBED_LAYER_NORMALIZATION(
      CONTRIB, "EmbedLayerNormalization", plain().weights(2, 3, 4).bias(6).channels(0)),
  CONTRIB_FAST_GELU(CONTRIB, "FastGelu", elementwise()),
  CONTRIB_FUSED_CONV(CONTRIB, "FusedConv", plain().weights(1).bias(2).channels(0)),
  CONTRIB_FUSED_GEMM(CONTRIB, "FusedGemm", plain().weights(1).bias(2).channels(Op::gemmAxis)),
  CONTRIB_FUSED_MAT_MUL(CONTRIB, "FusedMatMul", plain().weights(1).channels(Op::fusedAxis)),
  CONTRIB_GATHER_BLOCK_QUANTIZED(CONTRIB, "GatherBlockQuantized", plain().weights(0)),
  CONTRIB_GELU(CONTRIB, "Gelu", elementwise()),
  CONTRIB_MAT_MUL_INTEGER_TO_FLOAT(
      CONTRIB, "MatMulIntegerToFloat", plain().weights(1).bias(6).channels(-1)),
  CONTRIB_MAT_MUL_N_BITS(CONTRIB, "MatMulNBits", plain().weights(1).bias(5).channels(0)),
  CONTRIB_MULTI_HEAD_ATTENTION(CONTRIB, "MultiHeadAttention", plain()),
  CONTRIB_QATTENTION(CONTRIB, "QAttention", plain().weights(1).bias(2).channels(1)),
  CONTRIB_QGEMM(CONTRIB, "QGemm", plain().weights(3).bias(6).channels(Op::gemmAxis)),
  CONTRIB_QLINEAR_ADD(CONTRIB, "QLinearAdd", elementwise()),
  CONTRIB_QLINEAR_AVERAGE_POOL(CONTRIB, "QLinearAveragePool", plain()),
  CONTRIB_QLINEAR_CONCAT(CONTRIB, "QLinearConcat", plain()),
  CONTRIB_QLINEAR_GLOBAL_AVERAGE_POOL(CONTRIB, "QLinearGlobalAveragePool", plain()),
  CONTRIB_QLINEAR_LEAKY_RELU(CONTRIB, "QLinearLeakyRelu", elementwise()),
  CONTRIB_QLINEAR_MUL(CONTRIB, "QLinearMul", elementwise()),
  CONTRIB_QLINEAR_SIGMOID(CONTRIB, "QLinearSigmoid", elementwise()),
  CONTRIB_QLINEAR_SOFTMAX(CONTRIB, "QLinearSoftmax", plain()),
  CONTRIB_QLINEAR_WHERE(CONTRIB, "QLinearWhere", elementwise()),
  CONTRIB_QUANTIZE_LINEAR(CONTRIB, "QuantizeLinear", plain()),
  CONTRIB_QUICK_GELU(CONTRIB, "QuickGelu", elementwise()),
  CONTRIB_SKIP_LAYER_NORMALIZATION(CONTRIB, "SkipLayerNormalization", plain().bias(3)),
  CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION(CONTRIB, "SkipSimplifiedLayerNormalization", plain());

  private static final Map<String, Map<String, Op>> ROWS = new HashMap<>();

  static {
    for (Op op : values()) {
      ROWS.computeIfAbsent(op.domain, _ -> new HashMap<>()).put(op.type, op);
    }
  }

  private final String domain;
  private final String type;

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable lists and a stateless rule
  private final Row row;

  Op(String type, Row row) {
    this("", type, row);
  }

  Op(String domain, String type, Row row) {
    this.domain = domain;
    this.type = type;
    this.row = row;
  }

  /** The row of a node's operator; empty when it is opaque. */
  public static Optional<Op> of(Node node) {
    return find(node.domain(), node.opType());
  }

  /** The row of an operator; the empty domain is ONNX itself. */
  public static Optional<Op> find(String domain, String type) {
    return Optional.ofNullable(ROWS.getOrDefault(domain, Map.of()).get(type));
  }

  /** Whether a node has this operator. */
  public boolean is(Node node) {
    return type.equals(node.opType()) && domain.equals(node.domain());
  }

  /** Starts a node of this operator. */
  public NodeBuilder in(Graph graph) {
    return graph.node(domain, type);
  }

  /** The operator's domain; the empty string is ONNX itself. */
  public String domain() {
    return domain;
  }

  public String type() {
    return type;
  }

  /**
   * The inputs that hold what was learned, where they are constant; biases and scales are not among
   * them.
   */
  public List<Integer> weightInputs() {
    return row.weights();
  }

  /**
   * The inputs that 8-bit integers can stand for, weights included, where a runtime is to compute
   * the operator in them; empty when no runtime is known to. For {@code Concat} it stands for all
   * of them. Whether a machine gains by it is not told here but by what it costs.
   */
  public List<Integer> integerInputs() {
    return row.integers();
  }

  /** The input that is added to each output channel. */
  public OptionalInt biasInput() {
    return row.bias() < 0 ? OptionalInt.empty() : OptionalInt.of(row.bias());
  }

  /**
   * The axis of a weight along which its output channels lie, negative from the last: for {@code
   * Gather} the rows. A {@code ConvTranspose} of several groups has the channels of one group
   * there, and as many for each other group.
   */
  public OptionalInt channelAxis(Node node, int input) {
    return row.axis() == null ? OptionalInt.empty() : OptionalInt.of(row.axis().axis(node, input));
  }

  /** Whether an output element depends on the input elements at its own (broadcast) place alone. */
  public boolean isElementwise() {
    return row.kind() == Row.Kind.ELEMENTWISE;
  }

  /**
   * Whether output elements are input elements at other places, with constants in between at most.
   */
  public boolean movesElements() {
    return row.kind() == Row.Kind.MOVING;
  }

  /** Whether equal inputs and attributes always give equal outputs and nothing else happens. */
  public boolean isPure() {
    return row.pure();
  }

  private static int axisOf(Node node) {
    return (int) node.intAttribute("axis", 0);
  }

  private static int gemmAxis(Node node, int input) {
    boolean transposed = node.intAttribute(input == 0 ? "transA" : "transB", 0) != 0;
    return (input == 0) == transposed ? 1 : 0;
  }

  private static int fusedAxis(Node node, int input) {
    boolean transposed = node.intAttribute(input == 0 ? "transA" : "transB", 0) != 0;
    return (input == 0) == transposed ? -1 : -2;
  }
}
