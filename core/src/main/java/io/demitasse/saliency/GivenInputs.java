package io.demitasse.saliency;

import io.demitasse.data.Modalities;
import io.demitasse.data.Program;
import io.demitasse.ir.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Parts that remember what they were given of a picture or a sound, where it can be divided. */
final class GivenInputs implements Program.Parts {

  /** An input of a part. */
  record Input(String part, String name) {}

  private final Program.Parts parts;
  private final Modalities modalities;
  private final Map<Input, Tensor> tensors = new LinkedHashMap<>();
  private final Map<Input, Regions> regions = new LinkedHashMap<>();

  GivenInputs(Program.Parts parts, Modalities modalities) {
    this.parts = parts;
    this.modalities = modalities;
  }

  /** How each is divided that was given. */
  Map<Input, Regions> regions() {
    return regions;
  }

  /** What was given, the last where a part ran several times. */
  Tensor tensor(Input input) {
    return Objects.requireNonNull(tensors.get(input));
  }

  @Override
  public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
    modalities
        .given()
        .getOrDefault(part, Map.of())
        .forEach(
            (name, modality) -> {
              Tensor tensor = inputs.get(name);
              if (tensor != null) {
                Regions.of(modality, tensor)
                    .ifPresent(
                        found -> {
                          regions.put(new Input(part, name), found);
                          tensors.put(new Input(part, name), tensor);
                        });
              }
            });
    return parts.run(part, inputs);
  }
}
