package io.demitasse.search;

import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;

/**
 * How near the only output is to the original's.
 *
 * @param few a share of the samples; none where all are few
 * @param nearness of the numbers of an output, and of those of the original's: 1 where they agree
 */
record Closeness(
    Samples samples, Optional<Samples> few, ToDoubleBiFunction<float[], float[]> nearness)
    implements Task {
  Closeness(Samples samples, ToDoubleBiFunction<float[], float[]> nearness) {
    this(samples, Optional.empty(), nearness);
  }

  @Override
  public Optional<Task> subset() {
    return few.map(share -> new Closeness(share, nearness));
  }

  @Override
  public String name() {
    return "closeness";
  }

  @Override
  public Program program() {
    return new IdentityProgram();
  }

  @Override
  public List<String> metrics() {
    return List.of("closeness");
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(
        (sample, outputs, reference) -> nearness.applyAsDouble(only(outputs), only(reference)),
        near -> List.of(Score.limited("closeness", Statistic.mean(near, Double::doubleValue))));
  }

  private static float[] only(Map<String, Tensor> outputs) {
    return outputs.values().iterator().next().toFloats();
  }
}
