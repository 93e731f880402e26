package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.RealInputs;
import io.demitasse.testkit.RealModels;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every value of real models has the type, shape and small content that the runtime gives it. */
class ShapeInferenceRealModelsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        RealModels.MINILM,
        RealModels.MINILM_VENDOR_INT8,
        RealModels.OCR_DETECTOR_V3,
        RealModels.OCR_DETECTOR_V4,
        RealModels.OCR_RECOGNIZER_V3,
        RealModels.OCR_RECOGNIZER_V4,
        RealModels.OCR_ANGLE
      })
  void agreesWithTheRuntime(String resource) {
    Model model = RealModels.read(resource);
    Map<String, Tensor> inputs = RealInputs.of(resource, model);
    Map<String, long[]> shapes = new HashMap<>();
    inputs.forEach((name, tensor) -> shapes.put(name, tensor.sizes()));
    InferredShapes inferred = ShapeInference.infer(model, shapes);
    assertThat(inferred.gaps()).isEmpty();
    Map<String, Tensor> computed = Numbers.run(tapped(model), inputs);
    for (Value value : model.graph().values()) {
      Tensor actual = computed.get(value.name());
      if (actual != null) {
        TensorFacts facts = inferred.of(value).orElseThrow();
        assertThat(facts.withNumbers(null))
            .as(value.name())
            .isEqualTo(TensorFacts.of(actual.dataType(), actual.sizes()));
        double[] numbers = facts.numbers() == null ? new double[0] : facts.numbers();
        for (int i = 0; i < numbers.length; i++) {
          if (!Double.isNaN(numbers[i])) {
            assertThat(numbers[i])
                .as("%s at %d", value.name(), i)
                .isEqualTo(TensorFacts.of(actual).numbers()[i]);
          }
        }
      }
    }
  }

  /**
   * Six layers of four products with 384 x 384, two with 384 x 1536, and the attention, for each of
   * 128 tokens.
   */
  @Test
  void summarizesMiniLm() {
    long[] tokens = {1, 128};
    ModelSummary summary =
        ModelSummary.of(
            RealModels.read(RealModels.MINILM),
            Map.of("input_ids", tokens, "attention_mask", tokens, "token_type_ids", tokens));
    long layer = 4L * 384 * 384 + 2L * 384 * 1536 + 2L * 128 * 384;
    assertThat(summary.work().multiplyAccumulates()).isEqualTo(6 * 128 * layer);
    assertThat(summary.work().isComplete()).isTrue();
    assertThat(summary.weights().parameters()).isBetween(22_560_000L, 22_570_000L);
  }

  /** The model with every value it computes as an output. */
  private static Model tapped(Model model) {
    Model tapped = model.copy();
    for (Node node : tapped.graph().nodes()) {
      for (Value output : node.presentOutputs()) {
        if (!output.isOutput()) {
          tapped.graph().addOutput(output);
        }
      }
    }
    return tapped;
  }
}
