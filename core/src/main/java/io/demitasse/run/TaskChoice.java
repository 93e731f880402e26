package io.demitasse.run;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.GroupedTask;
import io.demitasse.evaluate.InventedInputs;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Runtime;
import io.demitasse.source.Source;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The task of a job as its settings name it: by name, data and options, or given as a whole. */
public final class TaskChoice {
  /** The option that names a field of samples to group them by. */
  private static final String GROUPS = "groups";

  private String name = "";
  private @Nullable Path data;
  private @Nullable Samples samples;
  private @Nullable Task whole;
  private final Map<String, String> options = new HashMap<>();
  private Map<String, Long> sizes = Map.of();

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

  /** Sizes of open dimensions where inputs are invented, by name. */
  public void sizes(Map<String, Long> ofDimensions) {
    sizes = Map.copyOf(ofDimensions);
  }

  /**
   * Makes the task that was chosen, and tells what is known of its samples.
   *
   * @param memory that invented inputs may take
   * @throws DemitasseException (bad request) where the budget limits what the task does not measure
   */
  public Task open(RunContext context, Program program, PlanChoice plan, Memory memory) {
    Task opened = grouped(opened(context, program, plan, memory));
    plan.budget().requireParts(context.source().bundle().parts().keySet());
    plan.budget().requireMeasurable(opened.metrics(), opened.name());
    opened.samples().account().forEach(line -> context.tell(new Event.Noted(line)));
    return opened;
  }

  private Task grouped(Task task) {
    String field = options.get(GROUPS);
    return field == null ? task : GroupedTask.of(task, field);
  }

  private Task opened(RunContext context, Program program, PlanChoice plan, Memory memory) {
    if (whole != null) {
      return whole;
    }
    Source source = context.source();
    // A task that a recipe names may need data, which a replay can do without.
    boolean given = data != null || samples != null;
    String named = name.isEmpty() && given ? plan.task() : name;
    return TaskProvider.find(
        new TaskProvider.Request(
            named.isEmpty() ? ofProgram(program) : named,
            source.bundle(),
            program,
            source.path(),
            data,
            samples,
            options,
            plan.seed(),
            count -> invented(context, count, plan.seed(), memory)));
  }

  /** Inputs that a single model was seen to take. */
  private Samples invented(RunContext context, int count, long seed, Memory memory) {
    Source source = context.source();
    Path file = source.files().file(Bundle.SINGLE);
    return new InventedInputs(source.bundle().part(Bundle.SINGLE).graph(), sizes, memory)
        .samples(
            seed,
            count,
            () ->
                context.ports().runtime().open(file, Runtime.SessionOptions.of(context.threads())));
  }

  /** A program may have a task of its own name, which brings samples. */
  private String ofProgram(Program program) {
    return data == null && samples == null && TaskProvider.known().contains(program.name())
        ? program.name()
        : "agreement";
  }
}
