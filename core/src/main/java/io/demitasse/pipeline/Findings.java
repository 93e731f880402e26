package io.demitasse.pipeline;

import io.demitasse.ir.Tensor;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where the tensors are kept that steps find out, and whether they may be found out at all. */
public interface Findings {

  /** Reads what recipes name where it lies, and has nothing found out. */
  Findings NONE =
      new Findings() {
        @Override
        public StoredTensors take(StoredTensors named) {
          return named;
        }

        @Override
        public StoredTensors find(Step step, String key, Supplier<Map<String, Tensor>> search) {
          throw new NotSearched();
        }
      };

  /** Thrown to a pass that would find something out where only a look is taken. */
  final class NotSearched extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotSearched() {
      super("nothing is found out here");
    }
  }

  /**
   * Takes over what a step found out before, so that nobody else can change it meanwhile.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) when it is not what it is named by
   */
  StoredTensors take(StoredTensors named);

  /**
   * Keeps what a step finds out, or has kept it already.
   *
   * @param step as it was asked for, with what it leaves to the costs of a machine decided
   * @param key of the part and the name that the pass gives it
   * @param search finds it out; the same for the same step on the same model
   */
  StoredTensors find(Step step, String key, Supplier<Map<String, Tensor>> search);

  /**
   * A folder where the search may keep how far it is, until it is done; empty where nothing
   * outlives the run.
   */
  default Optional<Path> unfinished(Step step, String key) {
    return Optional.empty();
  }
}
