package io.demitasse.zoo.weights;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.zoo.Whisper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Which variable of CTranslate2 is which weight of {@link Whisper}. */
final class WhisperVariables {
  /** What weights are stored in. */
  private static final Set<DataType> REAL =
      Set.of(DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16);

  private static final String WEIGHT = "/weight";
  private static final String BIAS = "/bias";

  private final Whisper sizes;
  private final List<Source> all = new ArrayList<>();

  WhisperVariables(Whisper sizes) {
    this.sizes = sizes;
  }

  /**
   * Where a weight comes from.
   *
   * @param part whose weight it is
   * @param initializer of that part
   * @param block which of the equal blocks of rows it is
   * @param blocks of how many
   * @param turned whether a matrix {@code [out,in]} is to be {@code [in,out]}
   * @param shape of a block as it is stored
   */
  record Source(
      String part,
      String initializer,
      String variable,
      int block,
      int blocks,
      boolean turned,
      List<Long> shape) {

    /** What is wrong with the variable in a file; empty where it can be taken. */
    Optional<String> problem(CTranslate2File file) {
      Tensor stored = file.variables().get(variable);
      long[] expected = stored();
      if (stored == null) {
        return Optional.of("'" + variable + "' is missing");
      }
      if (!REAL.contains(stored.dataType())) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "'%s' is %s, expected float, float16 or bfloat16: convert the model without"
                    + " quantization",
                variable,
                stored.dataType().text()));
      }
      return Arrays.equals(stored.sizes(), expected)
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "'%s' has the sizes %s, expected %s",
                  variable,
                  Arrays.toString(stored.sizes()),
                  Arrays.toString(expected)));
    }

    private long[] stored() {
      long[] sizes = sizes();
      sizes[0] *= blocks;
      return sizes;
    }

    private long[] sizes() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** The weight, read when it is asked for. */
    Tensor tensor(CTranslate2File file) {
      long[] made = sizes();
      long rows = made[0];
      if (turned) {
        made = new long[] {made[1], made[0]};
      }
      Tensor stored = Objects.requireNonNull(file.variables().get(variable), variable);
      return StoredRows.of(stored, block * rows, rows, turned, made);
    }
  }

  /** All weights of both parts. */
  List<Source> all() {
    if (all.isEmpty()) {
      encoder();
      decoder();
    }
    return List.copyOf(all);
  }

  private void encoder() {
    long width = sizes.width();
    Part part = new Part(Whisper.ENCODER);
    part.direct("conv1.weight", "encoder/conv1/weight", width, sizes.mels(), 3);
    part.direct("conv1.bias", "encoder/conv1/bias", width);
    part.direct("conv2.weight", "encoder/conv2/weight", width, width, 3);
    part.direct("conv2.bias", "encoder/conv2/bias", width);
    part.direct("sinusoids", "encoder/position_encodings/encodings", sizes.places(), width);
    for (int layer = 0; layer < sizes.encoderLayers(); layer++) {
      part.self("layers." + layer, "encoder/layer_" + layer);
    }
    part.norm("norm", "encoder/layer_norm");
    for (int layer = 0; layer < sizes.decoderLayers(); layer++) {
      String to = "decoder.layers." + layer + ".cross_attention.";
      String from = "decoder/layer_" + layer + "/attention/linear_1";
      part.matrix(to + "key", from, 0, 2, width, width);
      part.dense(to + "value", from, 1, 2, width, width);
    }
  }

  private void decoder() {
    long width = sizes.width();
    Part part = new Part(Whisper.DECODER);
    part.direct("words.weight", "decoder/embeddings/weight", sizes.words(), width);
    part.direct(
        "positions.weight", "decoder/position_encodings/encodings", sizes.positions(), width);
    for (int layer = 0; layer < sizes.decoderLayers(); layer++) {
      String to = "layers." + layer;
      String from = "decoder/layer_" + layer;
      part.self(to, from);
      part.norm(to + ".cross_attention.norm", from + "/attention/layer_norm");
      part.dense(to + ".cross_attention.query", from + "/attention/linear_0", 0, 1, width, width);
      part.dense(to + ".cross_attention.output", from + "/attention/linear_2", 0, 1, width, width);
    }
    part.norm("norm", "decoder/layer_norm");
  }

  /** Adds weights of one part. */
  private final class Part {
    private final String name;

    Part(String name) {
      this.name = name;
    }

    /** What layers of both parts have. */
    void self(String to, String from) {
      long width = sizes.width();
      String attention = from + "/self_attention";
      norm(to + ".attention.norm", attention + "/layer_norm");
      dense(to + ".attention.query", attention + "/linear_0", 0, 3, width, width);
      matrix(to + ".attention.key", attention + "/linear_0", 1, 3, width, width);
      dense(to + ".attention.value", attention + "/linear_0", 2, 3, width, width);
      dense(to + ".attention.output", attention + "/linear_1", 0, 1, width, width);
      norm(to + ".feed_forward.norm", from + "/ffn/layer_norm");
      dense(to + ".feed_forward.up", from + "/ffn/linear_0", 0, 1, sizes.hidden(), width);
      dense(to + ".feed_forward.down", from + "/ffn/linear_1", 0, 1, width, sizes.hidden());
    }

    void norm(String to, String from) {
      direct(to + ".weight", from + "/gamma", sizes.width());
      direct(to + ".bias", from + "/beta", sizes.width());
    }

    void dense(String to, String from, int block, int blocks, long out, long in) {
      matrix(to, from, block, blocks, out, in);
      all.add(new Source(name, to + ".bias", from + BIAS, block, blocks, false, List.of(out)));
    }

    void matrix(String to, String from, int block, int blocks, long out, long in) {
      all.add(
          new Source(name, to + ".weight", from + WEIGHT, block, blocks, true, List.of(out, in)));
    }

    void direct(String to, String from, long... shape) {
      List<Long> stored = Arrays.stream(shape).boxed().toList();
      all.add(new Source(name, to, from, 0, 1, false, stored));
    }
  }
}
