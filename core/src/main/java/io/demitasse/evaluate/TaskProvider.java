package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.ir.Bundle;
import io.demitasse.provider.Providers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes tasks by name. Found by {@link java.util.ServiceLoader}: the media module brings the ones
 * that need media.
 */
public interface TaskProvider {

  /**
   * What is asked for.
   *
   * @param task name of the task
   * @param program runs the bundle
   * @param origin the model's file, or the folder of a bundle: tokenizers and configuration lie
   *     beside it
   * @param data where the samples lie, or null for those the task brings or invents
   * @param samples what is given instead of {@code data}, or null
   * @param options further settings by name, such as {@code unit}
   * @param inventor makes up samples where there are no data
   */
  record Request(
      String task,
      Bundle bundle,
      Program program,
      Path origin,
      @Nullable Path data,
      @Nullable Samples samples,
      Map<String, String> options,
      long seed,
      Inventor inventor) {
    public Request {
      options = Map.copyOf(options);
    }

    /**
     * A request whose samples lie in files, are brought by the task or, of usual sizes and not
     * tried out, invented.
     */
    public Request(
        String task,
        Bundle bundle,
        Program program,
        Path origin,
        @Nullable Path data,
        Map<String, String> options,
        long seed) {
      this(task, bundle, program, origin, data, null, options, seed, usual(bundle, seed));
    }

    private static Inventor usual(Bundle bundle, long seed) {
      return count -> SyntheticInputs.of(bundle.part(Bundle.SINGLE).graph(), seed, count, Map.of());
    }
  }

  /** Makes up samples for a single model. */
  interface Inventor {
    /**
     * Makes up so many samples.
     *
     * @throws DemitasseException (bad request) when none can be made up that the model takes
     */
    Samples samples(int count);
  }

  /** The tasks this provider makes. */
  List<String> names();

  /**
   * Makes a task.
   *
   * @return empty when the task is not one of {@link #names}
   * @throws DemitasseException (bad request) when model or data do not fit the task
   */
  Optional<Task> make(Request request);

  /**
   * The tasks that can be made.
   *
   * @throws DemitasseException (bad request) when two have the same name
   */
  static List<String> known() {
    return List.copyOf(byName().keySet());
  }

  /**
   * Makes a task by whichever provider knows it.
   *
   * @throws DemitasseException (bad request) when none does, listing the known names, or two know
   *     the same name
   */
  static Task find(Request request) {
    Map<String, TaskProvider> providers = byName();
    TaskProvider provider = providers.get(request.task());
    if (provider != null) {
      return provider
          .make(request)
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      provider.getClass().getName() + " names the task and does not make it"));
    }
    if (providers.isEmpty()) {
      throw DemitasseException.badRequest(
          "Samples and tasks are in a module that is not on the class path: add"
              + " io.demitasse:demitasse-media, in the version of demitasse-core, or give a Task of"
              + " your own.");
    }
    throw DemitasseException.badRequest(
        "There is no task '"
            + request.task()
            + "'"
            + Nearest.suggestion(request.task(), providers.keySet(), ".")
            + " Known tasks: "
            + String.join(", ", providers.keySet())
            + ".");
  }

  private static Map<String, TaskProvider> byName() {
    return Providers.byName(TaskProvider.class, "tasks", TaskProvider::names);
  }
}
