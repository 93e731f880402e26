package io.demitasse.train;

import io.demitasse.data.SpecialTokens;
import io.demitasse.ir.Model;
import io.demitasse.objective.Term;
import io.demitasse.port.Trainer;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a part of a model can learn from, and how long it may take.
 *
 * @param examples to learn from: what flows into the part, with targets where labels are known
 * @param judging of the same kind, to judge by while it learns; nothing is learned from them
 * @param labels what outputs of the part are held to by labels; empty where nothing is known of it
 * @param teachers models that it may learn from, by name: the original, unless others were given
 * @param specialTokens what the tokens that flow into the part stand for beside words; empty where
 *     nobody knows
 * @param threads to train with; at least 1
 * @param memory bytes that activations may take while it learns; at least 1
 * @param time at most, where the run is limited
 * @param device to train on
 */
public record TrainingData(
    Examples examples,
    Examples judging,
    Optional<Term> labels,
    Map<String, Model> teachers,
    Optional<SpecialTokens> specialTokens,
    int threads,
    long memory,
    Optional<Duration> time,
    Trainer.Device device) {
  /** What exporters call the input that is 0 where a position does not count. */
  public static final String ATTENTION_MASK = "attention_mask";

  public TrainingData {
    teachers = Collections.unmodifiableMap(new LinkedHashMap<>(teachers));
  }
}
