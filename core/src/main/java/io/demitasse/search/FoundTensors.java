package io.demitasse.search;

import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Findings;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import io.demitasse.stored.TensorFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps the tensors that steps of one search find out. The same step on top of the same steps finds
 * out the same, so that is looked up first: in this run, then in the journal of one that was cut
 * short. What the journal knows and nobody has kept is found out again.
 */
final class FoundTensors {
  private final TensorFolder folder;
  private final Journal journal;
  private final Map<String, String> source;
  private final Schedule schedule;
  private final Map<Question<String>, StoredTensors> known = new HashMap<>();

  /**
   * @param source SHA-256 of the original's files, by part
   */
  FoundTensors(
      TensorFolder folder, Journal journal, Map<String, String> source, Schedule schedule) {
    this.folder = folder;
    this.journal = journal;
    this.source = source;
    this.schedule = schedule;
  }

  /**
   * Where a step keeps what it finds out.
   *
   * @param before the resolved steps that it comes after
   */
  Findings after(List<Step> before) {
    return new Findings() {
      @Override
      public StoredTensors take(StoredTensors named) {
        return folder.copy(named);
      }

      @Override
      public StoredTensors find(Step step, String key, Supplier<Map<String, Tensor>> search) {
        List<Step> all = new ArrayList<>(before);
        all.add(step);
        Question<String> question =
            Question.found(key, Key.of(source, before), Key.of(source, all));
        StoredTensors earlier = known.get(question);
        return earlier != null ? earlier : found(question, search);
      }
    };
  }

  private StoredTensors found(Question<String> question, Supplier<Map<String, Tensor>> search) {
    String sha256 = journal.answer(question, () -> searched(question, search).sha256());
    StoredTensors fresh = known.get(question);
    if (fresh != null) {
      return fresh;
    }
    Optional<StoredTensors> kept = folder.find(sha256);
    kept.ifPresent(tensors -> known.put(question, tensors));
    return kept.orElseGet(() -> searched(question, search));
  }

  private StoredTensors searched(Question<String> question, Supplier<Map<String, Tensor>> search) {
    StoredTensors found = folder.store(schedule.apart(search));
    known.put(question, found);
    return found;
  }
}
