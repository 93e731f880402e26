package io.demitasse.pipeline;

import io.demitasse.data.Fields;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.ir.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs one part by itself on inputs that were recorded. */
record Replay(String part) implements Program {

  /** The largest come first: so what they take is known from the beginning. */
  static Samples samples(String part, List<Map<String, Tensor>> inputs) {
    List<Map<String, Tensor>> largestFirst =
        inputs.stream()
            .sorted(
                Comparator.<Map<String, Tensor>>comparingLong(RecordedInputs::elements).reversed())
            .toList();
    return Samples.of(
        "what flowed into part '" + part + "'",
        IntStream.range(0, largestFirst.size())
            .mapToObj(i -> new Sample.Tensors("input " + (i + 1), largestFirst.get(i)))
            .toList());
  }

  @Override
  public String name() {
    return "replay";
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    if (sample instanceof Sample.Tensors(String _, Map<String, Tensor> inputs, Fields _)) {
      return parts.run(part, inputs);
    }
    throw new IllegalArgumentException("recorded inputs are tensors, got " + sample);
  }
}
