package io.demitasse.calibrate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Answers to observations. An answer is missing where the value was never computed on the data. */
public final class Statistics {
  public static final Statistics NONE = new Statistics(Map.of());

  private final Map<Observation<?>, double[]> answers;

  /** Takes answers as the numbers of {@link Reducer#numbers}. */
  public Statistics(Map<Observation<?>, double[]> answers) {
    this.answers = new LinkedHashMap<>(answers);
  }

  public <T> Optional<T> get(Observation<T> observation) {
    double[] numbers = answers.get(observation);
    return numbers == null
        ? Optional.empty()
        : Optional.of(observation.reducer().ofNumbers(numbers));
  }

  /** All answers as numbers, in the order of collection. */
  public Map<Observation<?>, double[]> answers() {
    return Collections.unmodifiableMap(answers);
  }
}
