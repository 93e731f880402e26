package io.demitasse.saliency;

import io.demitasse.data.Program;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parts of which one is given an input without one place.
 *
 * @param place from 0
 */
record OccludedParts(Program.Parts parts, GivenInputs.Input input, Regions regions, int place)
    implements Program.Parts {

  @Override
  public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
    return parts.run(part, occluded(part, inputs));
  }

  @Override
  public Map<String, Tensor> run(
      String part, Map<String, Tensor> inputs, Map<String, long[]> sizes) {
    return parts.run(part, occluded(part, inputs), sizes);
  }

  private Map<String, Tensor> occluded(String part, Map<String, Tensor> inputs) {
    Tensor tensor = part.equals(input.part()) ? inputs.get(input.name()) : null;
    if (tensor == null || !Arrays.equals(tensor.sizes(), regions.sizes())) {
      return inputs;
    }
    Map<String, Tensor> all = new LinkedHashMap<>(inputs);
    all.put(input.name(), regions.without(tensor, place));
    return all;
  }
}
