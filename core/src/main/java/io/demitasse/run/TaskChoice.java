package io.demitasse.run;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.source.Source;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The task of a job as its settings name it: by name, data and options, or given as a whole. */
public final class TaskChoice {
  private String name = "";
  private @Nullable Path data;
  private @Nullable Samples samples;
  private @Nullable Task whole;
  private final Map<String, String> options = new HashMap<>();

  public void name(String task) {
    name = task;
    whole = null;
  }

  public void whole(Task task) {
    whole = task;
  }

  public void data(Path path) {
    data = path;
    samples = null;
  }

  public void samples(Samples given) {
    samples = given;
    data = null;
  }

  public void option(String option, String value) {
    options.put(option, value);
  }

  public @Nullable Path data() {
    return data;
  }

  public Map<String, String> options() {
    return Collections.unmodifiableMap(options);
  }

  /**
   * Makes the task that was chosen.
   *
   * @param usual the task where none is named; may be empty
   * @param inventor makes inputs where there are no data
   */
  public Task open(
      Source source, Program program, String usual, long seed, TaskProvider.Inventor inventor) {
    if (whole != null) {
      return whole;
    }
    String named = name.isEmpty() ? usual : name;
    return TaskProvider.find(
        new TaskProvider.Request(
            named.isEmpty() ? ofProgram(program) : named,
            source.bundle(),
            program,
            source.path(),
            data,
            samples,
            options,
            seed,
            inventor));
  }

  /** A program may have a task of its own name, which brings samples. */
  private String ofProgram(Program program) {
    return data == null && samples == null && TaskProvider.known().contains(program.name())
        ? program.name()
        : "agreement";
  }
}
