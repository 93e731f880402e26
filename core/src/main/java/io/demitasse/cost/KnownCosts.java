package io.demitasse.cost;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What holds where nothing was measured: the ratios that passes were built on. All were measured
 * with ONNX Runtime 1.29.0 and two threads on a server processor with AVX-512 and VNNI, most at the
 * sizes of a small text encoder or of a text detector. Resolved recipes are replayed with these, so
 * that the same bytes come out on every machine.
 */
public record KnownCosts() implements KernelCosts {
  public static final KernelCosts INSTANCE = new KnownCosts();

  /** An operator in a form. */
  record Form(String operator, String step) {}

  static final Map<Form, Double> RATIOS =
      Map.of(
          // Between products in integers, against its float kernel with what has to be quantized.
          new Form("Softmax", "quantize-static"), 3.,
          new Form("AveragePool", "quantize-static"), 8.,
          new Form("HardSigmoid", "quantize-static"), .33,
          // Behind a product that takes the bias for nothing, at [32, 128, 1536].
          new Form("Gelu", "fuse-gelu form=bias-gelu"), 2.7,
          // Against LayerNormalization alone, at [32, 128, 384].
          new Form("LayerNormalization", "fuse-skip-layer-norm"), .16);

  @Override
  public Optional<KernelCost> of(Kernel kernel) {
    return Optional.empty();
  }

  @Override
  public OptionalDouble ratio(String operator, String form) {
    Double ratio = RATIOS.get(new Form(operator, form));
    return ratio == null ? OptionalDouble.empty() : OptionalDouble.of(ratio);
  }
}
