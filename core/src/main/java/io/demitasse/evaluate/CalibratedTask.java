package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import java.util.List;
import java.util.Optional;

/** A task that is calibrated on samples which it does not score. */
record CalibratedTask(Task task, Samples calibration) implements Task {

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public Samples samples() {
    return task.samples();
  }

  @Override
  public Program program() {
    return task.program();
  }

  @Override
  public Optional<Task> subset() {
    return task.subset();
  }

  @Override
  public List<String> metrics() {
    return task.metrics();
  }

  @Override
  public Review<?, List<Score>> scores() {
    return task.scores();
  }

  @Override
  public Optional<Review<?, List<Example>>> examples(int limit) {
    return task.examples(limit);
  }

  @Override
  public Optional<Review<?, List<Difference>>> differences(int limit) {
    return task.differences(limit);
  }

  @Override
  public Optional<Review<?, Confusion>> confusion() {
    return task.confusion();
  }

  @Override
  public Optional<Supervision> supervision() {
    return task.supervision();
  }
}
