package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.passes.tune.Recording.Recorded;
import io.demitasse.port.Trainer;
import io.demitasse.train.Examples;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import io.demitasse.train.Trained;
import io.demitasse.train.Training;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How one block learns to give what the original gave.
 *
 * @param block cut out of the changed model
 * @param name what it is called in curves
 * @param parameters keys of the weights that learn
 * @param learning what flows into it when it learns
 * @param learned what it gives then
 * @param judging what flows into it when it is judged
 * @param judged what it gives then
 */
record BlockLearning(
    Model block,
    String name,
    Set<String> parameters,
    Recording learning,
    Recorded learned,
    Recording judging,
    Recorded judged) {

  /** What a session is set up for: nothing but the block is loaded. */
  Trainer.Setup setup(Trainer.Settings settings) {
    Trainer.Student student = new Trainer.Student(name, block, parameters, objective());
    return new Trainer.Setup(List.of(student), Map.of(), settings);
  }

  /** Trains in a session that was set up for it. */
  Trained train(Trainer.Session session, Schedule schedule, Consumer<Point> watcher) {
    return new Training(
            session, examples(learning, learned), examples(judging, judged), schedule, watcher)
        .run();
  }

  /** Each output counts as much as any other, however large its values are. */
  private Objective objective() {
    List<Term> terms = new ArrayList<>();
    Map<String, RelativeError> errors = learning.errors(learned);
    errors.forEach(
        (output, error) -> {
          boolean masked =
              learning.isMasked(Objects.requireNonNull(learned.outputs().getFirst().get(output)));
          double size = error.meanSquare() * errors.size();
          terms.add(
              new Term.Reconstruction(output, output, masked ? learning.mask() : null, 1 / size));
        });
    return new Objective(terms);
  }

  private Examples examples(Recording recording, Recorded recorded) {
    Set<String> names = new LinkedHashSet<>();
    block.graph().inputs().stream().map(Value::name).forEach(names::add);
    names.add(recording.mask());
    Set<String> compared = recording.errors(recorded).keySet();
    return new Examples() {
      @Override
      public int size() {
        return recorded.targets().size();
      }

      @Override
      public Batch get(int index) {
        Map<String, Tensor> targets = new LinkedHashMap<>(recorded.targets().get(index));
        targets.keySet().retainAll(compared);
        return new Batch(recording.ours().of(index, names), targets);
      }
    };
  }
}
