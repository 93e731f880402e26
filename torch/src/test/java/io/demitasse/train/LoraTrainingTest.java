package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.passes.tune.AddLora;
import io.demitasse.passes.tune.MergeLora;
import io.demitasse.port.Trainer;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import io.demitasse.torch.TorchTrainer;
import io.demitasse.zoo.Zoo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Low-rank paths beside the products of a text encoder, trained alone. */
final class LoraTrainingTest {
  private static final Map<String, String> SMALL =
      Map.of(
          "words",
          "20",
          "positions",
          "12",
          "width",
          "16",
          "layers",
          "2",
          "heads",
          "2",
          "hidden",
          "32");

  private static final Map<String, Tensor> INPUTS = inputs();
  private static final Tensor TARGET = output(encoder(9));

  private static Model encoder(long seed) {
    return Zoo.make("bert-tiny", SMALL, seed).parts().values().iterator().next();
  }

  private static Map<String, Tensor> inputs() {
    long[] sizes = {4, 6};
    Random random = new Random(2);
    return Map.of(
        "input_ids", Tensor.ofLongs(sizes, random.longs(24, 0, 20).toArray()),
        "attention_mask", Tensor.ofLongs(sizes, random.longs(24, 1, 2).toArray()),
        "token_type_ids", Tensor.ofLongs(sizes, new long[24]));
  }

  private static Tensor output(Model model) {
    return Objects.requireNonNull(Numbers.run(model, INPUTS).get("pooler_output"));
  }

  private static double loss(Model model) {
    double[] given = output(model).toDoubles();
    double[] wanted = TARGET.toDoubles();
    double sum = 0;
    for (int i = 0; i < given.length; i++) {
      sum += (given[i] - wanted[i]) * (given[i] - wanted[i]);
    }
    return sum / given.length;
  }

  private static Set<String> paths(Model model) {
    return Parameters.of(model).keySet().stream()
        .filter(key -> key.endsWith("_lora_a") || key.endsWith("_lora_b"))
        .collect(Collectors.toSet());
  }

  /** The model with paths of which every weight has moved, and nothing else. */
  private static Model trained(Model model) {
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "pooler_output", "target", 1));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("s", model, paths(model), objective)),
            Map.of(),
            new Trainer.Settings(
                1,
                3,
                false,
                Double.POSITIVE_INFINITY,
                new Trainer.Optimizer.AdamW(.9, .999, 1e-8, 0)));
    List<Batch> batches = List.of(new Batch(INPUTS, Map.of("target", TARGET)));
    try (Trainer.Session session = TorchTrainer.inProcess().open(setup)) {
      for (int step = 0; step < 40; step++) {
        session.step(batches, .02);
      }
      Model trained = with(model, session.weights(Trainer.Version.CURRENT).get("s"));
      // Whatever else had moved in the trainer would show in its losses.
      double expected = session.evaluate(batches, Trainer.Version.CURRENT).objective();
      assertThat(loss(trained)).isCloseTo(expected, within(1e-4 * expected));
      return trained;
    }
  }

  private static Model with(Model model, Map<String, Tensor> weights) {
    assertThat(weights.keySet()).isEqualTo(paths(model));
    Model copy = model.copy();
    Map<String, Value> parameters = Parameters.of(copy);
    weights.forEach(
        (key, tensor) -> {
          Value parameter = Objects.requireNonNull(parameters.get(key));
          assertThat(tensor.contentEquals(parameter.constant().orElseThrow())).as(key).isFalse();
          parameter.graph().setInitializer(parameter, tensor);
        });
    return copy;
  }

  @Test
  void pathsLearnAloneAndAreMergedIntoTheWeights() {
    Model original = encoder(1);
    Model adapted = PassRun.of(new AddLora(2, 4, 64), original).computesTheSame(0, SIZES).after();
    // Six products a layer and the pooler, two weights each.
    assertThat(paths(adapted)).hasSize(2 * 13);

    Model trained = trained(adapted);
    assertThat(loss(trained)).isLessThan(loss(original) / 2);

    Model merged = PassRun.of(new MergeLora(), trained).computesTheSame(1e-4, SIZES).after();
    assertThat(merged.graph().nodeCount()).isEqualTo(original.graph().nodeCount());
    assertThat(bytes(merged)).isEqualTo(bytes(original));
  }

  private static final Map<String, Long> SIZES = Map.of("batch", 3L, "tokens", 5L);

  private static long bytes(Model model) {
    return model.graph().initializers().stream()
        .flatMap(value -> value.constant().stream())
        .mapToLong(Tensor::byteSize)
        .sum();
  }

  @Test
  void pathsLearnBesideWeightsOfFewBits() {
    Where products =
        new Where(List.of(), List.of("MatMul", "Gemm"), List.of(), List.of(), List.of());
    Model quantized =
        PassRun.of(new QuantizeWeights(true, true, 64), encoder(1), products, Statistics.NONE)
            .after();
    Model adapted = PassRun.of(new AddLora(2, 4, 64), quantized).computesTheSame(0, SIZES).after();
    assertThat(paths(adapted)).hasSize(2 * 13);

    assertThat(loss(trained(adapted))).isLessThan(loss(quantized) / 2);
  }
}
