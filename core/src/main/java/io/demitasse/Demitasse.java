package io.demitasse;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a model small: the job of {@code demitasse compress} for a Java program.
 *
 * <pre>{@code
 * Compressed small =
 *     Demitasse.open(Path.of("model.onnx"))
 *         .data(Path.of("texts.txt"))
 *         .budget("size<=30%, drop<=1%")
 *         .compress();
 * small.writeTo(Path.of("small.onnx"));
 * }</pre>
 *
 * <p>The model is not changed. Instances are used by one thread.
 */
public final class Demitasse {
  private final Ports ports;
  private final Source source;
  private String task = "";
  private @Nullable Path data;
  private final Map<String, String> taskOptions = new HashMap<>();
  private @Nullable Budget budget;
  private @Nullable Recipe recipe;
  private long seed = 7;
  private int threads = java.lang.Runtime.getRuntime().availableProcessors();
  private PairedTiming.Effort effort = PairedTiming.Effort.QUICK;
  private Consumer<Event> events = event -> {};

  private Demitasse(Ports ports, Path model) {
    this.ports = ports;
    this.source = Source.read(model, ports.format());
  }

  /**
   * Opens a model file.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) when there is none; (bad model)
   *     when it cannot be read
   */
  public static Demitasse open(Path model) {
    return new Demitasse(Ports.find(), model);
  }

  /** What the model is for; without one it is agreement with the original. */
  public Demitasse task(String name) {
    task = name;
    return this;
  }

  /** A setting of the task, such as {@code pooling} for text embeddings. */
  public Demitasse taskOption(String name, String value) {
    taskOptions.put(name, value);
    return this;
  }

  /**
   * Samples: a file or folder of what the model takes. Without any, inputs are invented. See {@link
   * Sample}.
   */
  public Demitasse data(Path path) {
    data = path;
    return this;
  }

  /** Limits such as {@code size<=30%, latency<=60%, drop<=1%}. */
  public Demitasse budget(String limits) {
    budget = Budget.parse(limits);
    return this;
  }

  /** The steps to take, instead of a search. */
  public Demitasse recipe(Recipe steps) {
    recipe = steps;
    return this;
  }

  public Demitasse seed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /** Threads to run and write with; the written bytes do not depend on it. */
  public Demitasse threads(int count) {
    threads = count;
    return this;
  }

  /** How long to time. */
  public Demitasse effort(PairedTiming.Effort timing) {
    effort = timing;
    return this;
  }

  /** Who is told what happens while it happens. */
  public Demitasse events(Consumer<Event> listener) {
    events = listener;
    return this;
  }

  /**
   * Does the job.
   *
   * @return the result, in memory and in temporary files until it is closed
   * @throws io.demitasse.error.DemitasseException when the request, the model or the data do not
   *     permit it
   */
  public Compressed compress() {
    Recipe steps = recipe;
    String taskName = !task.isEmpty() ? task : steps != null ? steps.task() : "";
    Budget limits = budget != null ? budget : steps != null ? steps.budget() : Budget.DEFAULT;
    TaskProvider.Request request =
        new TaskProvider.Request(
            taskName.isEmpty() ? "agreement" : taskName,
            source.bundle(),
            source.folder(),
            data,
            taskOptions,
            steps != null && steps.resolved() ? steps.seed() : seed);
    return new Compression(ports, source, TaskProvider.find(request), limits)
        .with(threads, effort, events)
        .run(steps, request.seed());
  }
}
