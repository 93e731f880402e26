package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.RunEstimate;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * A runtime that refuses what would take more memory than there may be, before it runs: whole
 * models for what they make whatever their inputs, runs for what they make of the sizes they are
 * given. Estimates are made once a file and once for each combination of sizes.
 */
public final class BoundedRuntime implements Runtime {
  private final Runtime runtime;
  private final ModelFormat format;
  private final Memory memory;
  private final Map<Path, Estimates> byFile = new ConcurrentHashMap<>();

  private BoundedRuntime(Runtime runtime, ModelFormat format, Memory memory) {
    this.runtime = runtime;
    this.format = format;
    this.memory = memory;
  }

  /** The same ports with a runtime that keeps within a memory. */
  public static Ports bound(Ports ports, Memory memory) {
    return new Ports(ports.format(), new BoundedRuntime(ports.runtime(), ports.format(), memory));
  }

  @Override
  public String version() {
    return runtime.version();
  }

  @Override
  public Session open(Model model, SessionOptions options) {
    Estimates estimates = new Estimates(() -> model, memory);
    estimates.requireLoadable();
    return new Bounded(runtime.open(model, options), estimates);
  }

  @Override
  public Session open(Path file, SessionOptions options) {
    Estimates estimates =
        byFile.computeIfAbsent(file, _ -> new Estimates(() -> format.read(file), memory));
    estimates.requireLoadable();
    return new Bounded(runtime.open(file, options), estimates);
  }

  @Override
  public Optional<String> refuses(Model model) {
    return new Estimates(() -> model, memory).excess(Map.of()).or(() -> runtime.refuses(model));
  }

  /** What runs of one model need, by the sizes of their inputs. */
  private static final class Estimates {
    private final Supplier<Model> model;
    private final Memory memory;
    private final Map<Map<String, List<Long>>, Optional<String>> known = new ConcurrentHashMap<>();

    Estimates(Supplier<Model> model, Memory memory) {
      this.model = model;
      this.memory = memory;
    }

    void requireLoadable() {
      require(Map.of());
    }

    void require(Map<String, List<Long>> sizes) {
      excess(sizes)
          .ifPresent(
              text -> {
                throw DemitasseException.badRequest(text);
              });
    }

    /** Why a run of inputs of these sizes is too large; empty when it is not. */
    Optional<String> excess(Map<String, List<Long>> sizes) {
      return known.computeIfAbsent(sizes, this::estimated);
    }

    private Optional<String> estimated(Map<String, List<Long>> sizes) {
      Map<String, long[]> shapes = new TreeMap<>();
      sizes.forEach(
          (name, list) -> shapes.put(name, list.stream().mapToLong(Long::longValue).toArray()));
      RunEstimate estimate = RunEstimate.of(model.get().graph(), shapes);
      return estimate.activationBytes() <= memory.ofRun()
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "One run %s needs about %s for inputs and results%s, and %s are allowed. Use"
                      + " smaller inputs, or allow more with --memory.",
                  sizes.isEmpty() ? "of whatever inputs" : "at " + sizes,
                  Memory.text(estimate.activationBytes()),
                  estimate.unknown().isEmpty()
                      ? ""
                      : String.format(
                          Locale.ROOT,
                          ", without %d values of unknown size",
                          estimate.unknown().size()),
                  Memory.text(memory.ofRun())));
    }
  }

  /** A session whose runs are looked at first. */
  private record Bounded(Session session, Estimates estimates) implements Session {

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
      estimates.require(sizes(inputs));
      return session.run(inputs);
    }

    @Override
    public void run(Map<String, Tensor> inputs, BiConsumer<String, Tensor> reader) {
      estimates.require(sizes(inputs));
      session.run(inputs, reader);
    }

    private static Map<String, List<Long>> sizes(Map<String, Tensor> inputs) {
      Map<String, List<Long>> sizes = new TreeMap<>();
      inputs.forEach(
          (name, tensor) -> sizes.put(name, LongStream.of(tensor.sizes()).boxed().toList()));
      return sizes;
    }

    @Override
    public List<NodeTime> profile() {
      return session.profile();
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
