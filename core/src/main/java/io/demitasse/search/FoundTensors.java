package io.demitasse.search;

import io.demitasse.data.Sha256;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Findings;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import io.demitasse.stored.TensorFolder;
import io.demitasse.train.Checkpoints;
import java.nio.file.Path;
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
  private static final String UNFINISHED = "unfinished-";

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
        Question<String> question = question(before, step, key);
        StoredTensors earlier = known.get(question);
        StoredTensors found = earlier != null ? earlier : found(question, search);
        unfinished(step, key).ifPresent(Checkpoints::clear);
        return found;
      }

      @Override
      public Optional<Path> unfinished(Step step, String key) {
        String name = Sha256.of(question(before, step, key).toString());
        return journal.folder().map(kept -> kept.resolve(UNFINISHED + name));
      }
    };
  }

  private Question<String> question(List<Step> before, Step step, String key) {
    List<Step> all = new ArrayList<>(before);
    all.add(step);
    return Question.found(key, Key.of(source, before), Key.of(source, all));
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
