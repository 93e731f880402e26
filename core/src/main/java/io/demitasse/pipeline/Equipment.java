package io.demitasse.pipeline;

import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.TrainingSamples;
import org.jspecify.annotations.Nullable;

/**
 * What steps are given beside the model.
 *
 * @param recordedInputs what flowed into the parts of the original
 * @param findings where the tensors are kept that steps find out
 * @param samples that steps may train on
 * @param watcher who is told how far a pass is
 */
record Equipment(
    RecordedInputs recordedInputs,
    KernelCosts costs,
    Findings findings,
    @Nullable TrainingSamples samples,
    Watcher watcher) {
  static final Equipment LEAST =
      new Equipment(RecordedInputs.NONE, KnownCosts.INSTANCE, Findings.NONE, null, Watcher.NOBODY);

  Equipment with(RecordedInputs recorded) {
    return new Equipment(recorded, costs, findings, samples, watcher);
  }

  Equipment with(KernelCosts measured) {
    return new Equipment(recordedInputs, measured, findings, samples, watcher);
  }

  Equipment with(Findings place) {
    return new Equipment(recordedInputs, costs, place, samples, watcher);
  }

  Equipment with(TrainingSamples toTrainOn) {
    return new Equipment(recordedInputs, costs, findings, toTrainOn, watcher);
  }

  Equipment telling(Watcher told) {
    return new Equipment(recordedInputs, costs, findings, samples, told);
  }
}
