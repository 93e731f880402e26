package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import java.util.List;
import java.util.Optional;

/** A task that is another one but for what it says itself. */
interface ForwardingTask extends Task {

  /** The other one. */
  Task task();

  @Override
  default String name() {
    return task().name();
  }

  @Override
  default Samples samples() {
    return task().samples();
  }

  @Override
  default Samples calibration() {
    return task().calibration();
  }

  @Override
  default Program program() {
    return task().program();
  }

  @Override
  default Optional<Task> subset() {
    return task().subset();
  }

  @Override
  default Optional<Task> chosen(List<Integer> places) {
    return task().chosen(places);
  }

  @Override
  default List<String> metrics() {
    return task().metrics();
  }

  @Override
  default Review<?, List<Score>> scores() {
    return task().scores();
  }

  @Override
  default Optional<Review<?, List<Example>>> examples(int limit) {
    return task().examples(limit);
  }

  @Override
  default Optional<Review<?, List<Difference>>> differences(int limit) {
    return task().differences(limit);
  }

  @Override
  default Optional<Review<?, Confusion>> confusion() {
    return task().confusion();
  }

  @Override
  default Optional<Supervision> supervision() {
    return task().supervision();
  }
}
