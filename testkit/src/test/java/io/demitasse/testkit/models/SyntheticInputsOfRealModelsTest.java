package io.demitasse.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Verifier;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.RealModels;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models run on inputs that are made up from what they say of themselves. */
class SyntheticInputsOfRealModelsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        RealModels.MINILM
            + "|{input_ids=int64[1,32], attention_mask=int64[1,32], token_type_ids=int64[1,32]}",
        RealModels.OCR_DETECTOR_V3 + "|{x=float[1,3,640,640]}",
        RealModels.OCR_DETECTOR_V4 + "|{x=float[1,3,640,640]}",
        RealModels.OCR_RECOGNIZER_V3 + "|{x=float[1,3,48,320]}",
        RealModels.OCR_RECOGNIZER_V4 + "|{x=float[1,3,48,320]}",
        RealModels.OCR_ANGLE + "|{x=float[1,3,224,224]}",
      })
  void modelsAreWellFormedAndRun(String resource, String shapes) {
    Model model = RealModels.read(resource);
    assertThat(Verifier.problems(model)).isEmpty();

    Map<String, Tensor> inputs = inputs(model, Map.of());
    assertThat(inputs).hasToString(shapes);

    Numbers.run(model, inputs)
        .forEach(
            (name, tensor) ->
                assertThat(Arrays.stream(tensor.toDoubles()).allMatch(Double::isFinite))
                    .as(name)
                    .isTrue());
  }

  @Test
  void tokensStayInTheVocabularyOfMiniLm() {
    Map<String, Tensor> inputs =
        inputs(
            RealModels.read(RealModels.MINILM), Map.of("batch_size", 40L, "sequence_length", 500L));

    assertThat(LongStream.of(inputs.get("input_ids").toLongs()).max().orElseThrow())
        .isBetween(30_000L, 30_521L);
  }

  @Test
  void aCopyOfARealModelHasTheSameText() {
    Model model = RealModels.read(RealModels.OCR_ANGLE);

    assertThat(TextGraph.print(model.copy()))
        .isEqualTo(TextGraph.print(model))
        .contains("opset 11");
  }

  private static Map<String, Tensor> inputs(Model model, Map<String, Long> sizes) {
    return ((Sample.Tensors) SyntheticInputs.of(model.graph(), 7, 1, sizes).get(0)).inputs();
  }
}
