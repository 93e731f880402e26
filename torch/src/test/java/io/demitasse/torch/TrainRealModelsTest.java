package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.testkit.RealInputs;
import io.demitasse.testkit.RealModels;
import io.demitasse.torch.graph.TorchGraph;
import io.demitasse.torch.kernel.Call;
import io.demitasse.torch.kernel.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models as exporters write them. */
final class TrainRealModelsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        RealModels.MINILM,
        RealModels.OCR_RECOGNIZER_V4,
        RealModels.OCR_DETECTOR_V4,
        RealModels.OCR_ANGLE
      })
  void computesWhatTheRuntimeComputes(String resource) {
    Model model = RealModels.read(resource);
    Map<String, Tensor> inputs = RealInputs.of(resource, model);
    Map<String, Tensor> expected = run(model, inputs);

    assertThat(TorchTrainer.inProcess().refusals(model)).isEmpty();
    Set<String> outputs =
        model.graph().outputs().stream().map(Value::name).collect(Collectors.toSet());
    try (TorchGraph graph =
            new TorchGraph(
                model, Set.of(), Set.of(), new Call.Setting(false, false, false, model.opset()));
        PointerScope _ = new PointerScope()) {
      Map<String, org.bytedeco.pytorch.Tensor> given = new HashMap<>();
      inputs.forEach((name, tensor) -> given.put(name, Tensors.of(tensor, false)));
      Map<String, org.bytedeco.pytorch.Tensor> found = graph.run(given, outputs);
      expected.forEach(
          (name, tensor) -> {
            double[] numbers = tensor.toDoubles();
            // The runtime's sigmoid is 0 from some place on.
            double scale = Math.max(.01, Arrays.stream(numbers).map(Math::abs).max().orElseThrow());
            assertThat(Tensors.doubles(found.get(name)))
                .containsExactly(numbers, within(1e-4 * scale));
          });
    }
  }

  private static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    try (Runtime.Session session =
        Ports.find()
            .runtime()
            .open(model, Runtime.SessionOptions.of(1).with(Runtime.Optimization.NONE))) {
      return session.run(inputs);
    }
  }

  /**
   * What is wanted is a little off what there is. The detector sees nothing in made-up pictures.
   */
  @ParameterizedTest
  @ValueSource(strings = {RealModels.MINILM, RealModels.OCR_RECOGNIZER_V4, RealModels.OCR_ANGLE})
  void learnsInEveryWeight(String resource) {
    Model model = RealModels.read(resource);
    Map<String, Tensor> inputs = RealInputs.of(resource, model);
    String output = model.graph().outputs().getFirst().name();
    Tensor numbers = run(model, inputs).get(output);
    float[] wanted = numbers.toFloats();
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] *= .9f;
    }
    Batch batch = new Batch(inputs, Map.of("t", Tensor.ofFloats(numbers.sizes(), wanted)));
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), output, "t", 1));
    Set<String> parameters = Parameters.of(model).keySet();
    assertThat(parameters).hasSizeGreaterThan(20);
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("s", model, parameters, objective)),
            Map.of(),
            new Trainer.Settings(2, 1, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, 0)));
    try (Trainer.Session session = TorchTrainer.inProcess().open(setup)) {
      double before = session.step(List.of(batch), 1e-5).objective();
      for (int step = 0; step < 4; step++) {
        session.step(List.of(batch), 1e-5);
      }
      double after = session.evaluate(List.of(batch), Trainer.Version.CURRENT).objective();

      assertThat(before).isPositive();
      assertThat(after).isLessThan(before);
      Map<String, Tensor> weights = session.weights(Trainer.Version.CURRENT).get("s");
      Map<String, Value> original = Parameters.of(model);
      long moved =
          weights.entrySet().stream()
              .filter(
                  weight ->
                      !weight
                          .getValue()
                          .contentEquals(original.get(weight.getKey()).constant().orElseThrow()))
              .count();
      assertThat(moved).as("weights that moved").isGreaterThan(weights.size() * 9L / 10);
    }
  }
}
