package io.demitasse.passes.tune;

import io.demitasse.error.VisibleText;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.train.Curve;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What became of blocks, as it is stored beside their weights.
 *
 * @param curve of one block after the other, step by step
 * @param nearer sentences of what came nearer to the original
 * @param left sentences of what was left as it was, and why
 */
record ReconstructedBlocks(Curve curve, List<String> nearer, List<String> left) {
  private static final String NEARER = "blocks/nearer";
  private static final String LEFT = "blocks/left";
  private static final int LONGEST = 400;

  ReconstructedBlocks {
    nearer = List.copyOf(nearer);
    left = List.copyOf(left);
  }

  /** The types of {@link #tensors}, by name. */
  static Map<String, ValueType.OfTensor> types() {
    ValueType.OfTensor sentences =
        new ValueType.OfTensor(DataType.STRING, new Shape(List.of(Dim.UNKNOWN)));
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>(Curve.types());
    types.put(NEARER, sentences);
    types.put(LEFT, sentences);
    return types;
  }

  Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(curve.tensors());
    tensors.put(NEARER, texts(nearer));
    tensors.put(LEFT, texts(left));
    return tensors;
  }

  /**
   * Reads what {@link #tensors} gave.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) when the curve is none
   */
  static ReconstructedBlocks of(String part, Map<String, Tensor> found) {
    return new ReconstructedBlocks(Curve.of(part, found), texts(found, NEARER), texts(found, LEFT));
  }

  private static Tensor texts(List<String> sentences) {
    return Tensor.ofStrings(
        new long[] {sentences.size()},
        sentences.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static List<String> texts(Map<String, Tensor> found, String name) {
    return Objects.requireNonNull(found.get(name)).strings().stream()
        .map(text -> VisibleText.line(new String(text, StandardCharsets.UTF_8), LONGEST))
        .toList();
  }
}
