package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
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
  public List<Score> score(List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference) {
    return task.score(outputs, reference);
  }

  @Override
  public List<Example> examples(
      List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference, int limit) {
    return task.examples(outputs, reference, limit);
  }

  @Override
  public List<Difference> differences(
      List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference, int limit) {
    return task.differences(outputs, reference, limit);
  }
}
