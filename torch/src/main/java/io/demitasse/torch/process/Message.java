package io.demitasse.torch.process;

import io.demitasse.error.DemitasseException;
import io.demitasse.objective.Objective;
import io.demitasse.port.Trainer;
import io.demitasse.torch.algebra.Task;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one process says to the other: a request each, and an answer to each. */
sealed interface Message extends Serializable {

  /** Loads models from files. */
  record Open(List<Student> students, Map<String, String> teachers, Trainer.Settings settings)
      implements Message {}

  /** A model that learns, in a file. */
  record Student(String name, String file, Set<String> parameters, Objective objective)
      implements Serializable {}

  record Step(List<WireBatch> batches, double learningRate) implements Message {}

  record Evaluate(List<WireBatch> batches, Trainer.Version version) implements Message {}

  /** Writes sums of gradients to a file that does not exist yet. */
  record Gradients(List<WireBatch> examples, String file) implements Message {}

  record Average(double share) implements Message {}

  record Regrow(double share) implements Message {}

  record Keep(Trainer.Version version) implements Message {}

  /** Writes weights to a file that does not exist yet. */
  record Weights(Trainer.Version version, String file) implements Message {}

  record Save(String file) implements Message {}

  record Restore(String file) implements Message {}

  /**
   * Factors matrices of a file.
   *
   * @param names what messages call them, in their order
   * @param to a file that does not exist yet, for the results
   */
  record Factor(Task task, List<String> names, int threads, String from, String to)
      implements Message {}

  /** Nothing more will be asked. */
  record Close() implements Message {}

  /** It is done. */
  record Done() implements Message {}

  record Computed(
      Map<String, Double> terms, double objective, double gradient, @Nullable String firstNotFinite)
      implements Message {}

  /** It could not be done; the process goes on. */
  record Failed(DemitasseException.Kind kind, String message) implements Message {}
}
