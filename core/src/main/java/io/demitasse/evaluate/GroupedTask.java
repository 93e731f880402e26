package io.demitasse.evaluate;

import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A task each of whose limited metrics is also told by groups of samples, which a field of these
 * names.
 *
 * @param task keeps one record of each sample for these metrics, in order
 * @param groups of its samples
 */
public record GroupedTask(Task task, Groups groups) implements ForwardingTask {
  private static final Pattern NAME = Pattern.compile("[^\\[\\]=]+");

  /**
   * Groups the samples of a task.
   *
   * @param field a label or any other field of samples
   * @throws DemitasseException (bad request) when no sample has it
   */
  public static GroupedTask of(Task task, String field) {
    Samples samples = task.samples();
    List<Optional<String>> named =
        IntStream.range(0, samples.size())
            .mapToObj(i -> samples.get(i).fields().text(field))
            .toList();
    if (!NAME.matcher(field).matches() || named.stream().allMatch(Optional::isEmpty)) {
      throw unknown(field, samples);
    }
    return new GroupedTask(task, Groups.of(field, named));
  }

  private static DemitasseException unknown(String field, Samples samples) {
    Set<String> known = new TreeSet<>();
    for (int i = 0; i < samples.size(); i++) {
      known.addAll(samples.get(i).fields().names());
    }
    return DemitasseException.badRequest(
        known.isEmpty()
            ? "Samples of "
                + samples.name()
                + " cannot be grouped by '"
                + field
                + "': they have no fields. Tables, JSON lines and folders of classes have some."
            : "No sample of "
                + samples.name()
                + " has one text or number in a field '"
                + field
                + "'"
                + Nearest.suggestion(field, known, ".")
                + " Fields: "
                + String.join(", ", known)
                + ".");
  }

  /** What judges is grouped; nothing is chosen by groups. */
  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    TaskSplits plain = task.splits(request);
    Task judge = of(plain.judge(), groups.field());
    return new TaskSplits(
        plain.isDivided() ? plain.choose() : judge,
        judge,
        plain.train(),
        plain.sizes(),
        plain.folds());
  }

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>(task.metrics());
    task.metrics().stream()
        .filter(metric -> Groups.Metric.parse(metric).isEmpty())
        .forEach(metric -> metrics.addAll(groups.names(metric)));
    return metrics;
  }

  @Override
  public Review<?, List<Score>> scores() {
    return task.scores().then(this::withGroups);
  }

  private List<Score> withGroups(List<Score> scores) {
    List<Score> all = new ArrayList<>(scores);
    for (Score score : scores) {
      if (score.limited() && score.statistic().size() == task.samples().size()) {
        all.addAll(groups.of(score));
      }
    }
    return all;
  }
}
