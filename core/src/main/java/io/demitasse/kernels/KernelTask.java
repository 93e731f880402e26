package io.demitasse.kernels;

import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a kernel is calibrated and timed on: Gaussian numbers, which are all the data there are for
 * it, and so not called synthetic.
 */
record KernelTask(Samples samples) implements Task {
  private static final long SEED = 7;
  private static final int SAMPLES = 2;

  static KernelTask of(Model model) {
    Samples made = SyntheticInputs.of(model.graph(), SEED, SAMPLES, Map.of());
    return new KernelTask(
        Samples.of(
            "Gaussian numbers", IntStream.range(0, made.size()).mapToObj(made::get).toList()));
  }

  /** What is timed. */
  Map<String, Tensor> inputs() {
    return ((Sample.Tensors) samples.get(0)).inputs();
  }

  @Override
  public String name() {
    return "kernel";
  }

  @Override
  public Program program() {
    return new IdentityProgram();
  }

  @Override
  public List<String> metrics() {
    return List.of();
  }

  @Override
  public Review<?, List<Score>> scores() {
    return Review.nothing();
  }
}
