package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.media.data.SampleKinds;
import java.util.List;

/**
 * Invented inputs, with what would be better.
 *
 * @param kinds what the model could have been given
 */
record InventedInputs(Samples inputs, SampleKinds kinds) implements Samples {
  @Override
  public String name() {
    return inputs.name();
  }

  @Override
  public int size() {
    return inputs.size();
  }

  @Override
  public Sample get(int index) {
    return inputs.get(index);
  }

  @Override
  public boolean synthetic() {
    return inputs.synthetic();
  }

  @Override
  public List<String> account() {
    return inputs.account();
  }

  @Override
  public String advice() {
    return "Accuracy was measured on invented inputs, which is weak evidence. Give --data: "
        + kinds.understood()
        + ".";
  }
}
