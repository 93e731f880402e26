package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What integers learn. */
final class TrainQuantizedTest extends PairsLearned {

  @Test
  void integersAreTrainedToGiveWhatTheFloatsGave() {
    Model original = TextGraph.parse(CLASSIFIER);
    Step quantize =
        Step.of(
            PassOptions.of(QuantizeWeights.class, Map.of("minimum-elements", 1)), Where.EVERYWHERE);
    Model rounded = only(run(original, quantize, splits(false, 256), new KeptFindings()));
    for (Value value : Parameters.of(rounded).values()) {
      Tensor integers = value.constant().orElseThrow();
      if (integers.dataType() == DataType.INT8) {
        value.graph().setInitializer(value, coarse(integers));
      }
    }

    StepResult trained =
        run(
            original,
            rounded,
            Step.of(pass(TrainQuantized.class, Map.of("rate", .003)), Where.EVERYWHERE),
            splits(false, 256),
            new KeptFindings());

    assertThat(distance(only(trained), original)).isLessThan(.5 * distance(rounded, original));
    assertThat(Parameters.of(only(trained)).values())
        .filteredOn(value -> value.constant().orElseThrow().dataType() == DataType.INT8)
        .hasSize(2);
  }

  /** The same rounded to every sixteenth number. */
  private static Tensor coarse(Tensor integers) {
    byte[] rounded = new byte[(int) integers.elementCount()];
    long[] numbers = integers.toLongs();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (byte) Math.clamp(Math.round(numbers[i] / 16.) * 16, -127, 127);
    }
    return Tensor.ofBytes(DataType.INT8, integers.sizes(), rounded);
  }

  @Test
  void whatIsNotQuantizedIsNotTrainedAsSuch() {
    assertThat(run(TrainQuantized.class, Map.of()).changes())
        .extracting(Change::text)
        .anyMatch(text -> text.startsWith("nothing here is quantized"));
  }
}
