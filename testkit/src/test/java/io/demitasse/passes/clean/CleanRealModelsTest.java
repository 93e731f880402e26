package io.demitasse.passes.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Verifier;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassPorts;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.PartContext;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.RealInputs;
import io.demitasse.testkit.RealModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All clean passes in a row leave what real models compute as it was. */
class CleanRealModelsTest {
  private static final List<ModelPass> PASSES =
      List.of(
          new HoistConstants(),
          new FoldConstants(16384),
          new RemoveIdentities(),
          new MergeDuplicates(),
          new RemoveDeadNodes());

  /** Nodes before and after: what the passes are worth, so that a lost case shows. */
  @ParameterizedTest
  @CsvSource({
    RealModels.MINILM + ", 637, 467",
    RealModels.MINILM_VENDOR_INT8 + ", 772, 602",
    RealModels.BGE_SMALL + ", 1244, 911",
    RealModels.OCR_DETECTOR_V3 + ", 712, 296",
    RealModels.OCR_DETECTOR_V4 + ", 672, 330",
    RealModels.OCR_RECOGNIZER_V3 + ", 732, 335",
    RealModels.OCR_RECOGNIZER_V4 + ", 860, 415",
    RealModels.OCR_ANGLE + ", 566, 238",
  })
  void realModelsComputeTheSame(String resource, int before, int after) {
    Model original = RealModels.read(resource);
    Model clean = original.copy();
    for (ModelPass pass : PASSES) {
      pass.apply(clean, context(pass, clean, original));
      Verifier.verify(clean);
    }
    assertThat(original.graph().nodeCount()).isEqualTo(before);
    assertThat(clean.graph().nodeCount()).isEqualTo(after);
    Map<String, Tensor> inputs = RealInputs.of(resource, original);
    Numbers.assertClose(Numbers.run(original, inputs), Numbers.run(clean, inputs), 1e-5);
  }

  /**
   * The shapes of real models show that their Softmax takes the last axis, so nothing is wrapped
   * around it.
   */
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
  void realModelsComputeTheSameInOpset21(String resource) {
    Model original = RealModels.read(resource);
    Model upgraded = original.copy();
    UpgradeOpset upgrade = new UpgradeOpset(21);
    upgrade.apply(upgraded, context(upgrade, upgraded, original));
    Verifier.verify(upgraded);
    assertThat(upgraded.opset()).isEqualTo(21);
    assertThat(upgraded.graph().nodeCount()).isEqualTo(original.graph().nodeCount());
    Map<String, Tensor> inputs = RealInputs.of(resource, original);
    Numbers.assertClose(Numbers.run(original, inputs), Numbers.run(upgraded, inputs), 1e-5);
  }

  private static PartContext context(ModelPass pass, Model model, Model original) {
    Step step = Step.of(pass, Where.EVERYWHERE);
    return new PartContext("model", model, original, step, 1)
        .with(PassPorts.of(pass.getClass()).found());
  }
}
