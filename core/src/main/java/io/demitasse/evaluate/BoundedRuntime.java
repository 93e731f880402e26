package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.RunEstimate;
import io.demitasse.ops.TransposeOrder;
import io.demitasse.ops.Trips;
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
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A runtime that refuses, before it runs, what would take more memory than there may be, and what
 * might end the process because ranks do not fit: whole models for what they make whatever their
 * inputs, runs for what they make of the sizes they are given. Estimates are made once a file and
 * once for each combination of sizes.
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
    return new Bounded(runtime.open(estimates.safe().orElse(model), options), estimates);
  }

  @Override
  public Session open(Path file, SessionOptions options) {
    Estimates estimates =
        byFile.computeIfAbsent(file, _ -> new Estimates(() -> format.read(file), memory));
    estimates.requireLoadable();
    Session session =
        estimates
            .safe()
            .map(model -> runtime.open(model, options))
            .orElseGet(() -> runtime.open(file, options));
    return new Bounded(session, estimates);
  }

  @Override
  public Optional<String> refuses(Model model) {
    Estimates estimates = new Estimates(() -> model, memory);
    return estimates
        .objection(Map.of())
        .map(Objection::text)
        .or(() -> runtime.refuses(estimates.safe().orElse(model)));
  }

  /** Why something is not given to the runtime, and whose fault that is. */
  private record Objection(String text, Function<String, DemitasseException> kind) {
    DemitasseException exception() {
      return kind.apply(text);
    }
  }

  /** What runs of one model need, by the sizes of their inputs. */
  private static final class Estimates {
    private final Supplier<Model> model;
    private final Memory memory;
    private final Map<Map<String, List<Long>>, Optional<Objection>> known =
        new ConcurrentHashMap<>();
    private @Nullable Boolean risky;

    Estimates(Supplier<Model> model, Memory memory) {
      this.model = model;
      this.memory = memory;
    }

    void requireLoadable() {
      require(Map.of());
    }

    /**
     * A copy that may be given to the runtime where the model itself must not; empty where it may.
     */
    synchronized Optional<Model> safe() {
      if (Boolean.FALSE.equals(risky)) {
        return Optional.empty();
      }
      Model given = model.get();
      risky = TransposeOrder.isRisky(given);
      if (!risky) {
        return Optional.empty();
      }
      Model copy = given.copy();
      TransposeOrder.spellOut(copy);
      return Optional.of(copy);
    }

    void require(Map<String, List<Long>> sizes) {
      objection(sizes)
          .ifPresent(
              objection -> {
                throw objection.exception();
              });
    }

    /** Why a run on inputs of these sizes cannot be tried; empty when it can. */
    Optional<Objection> objection(Map<String, List<Long>> sizes) {
      return known.computeIfAbsent(sizes, this::estimated);
    }

    private Optional<Objection> estimated(Map<String, List<Long>> sizes) {
      Graph graph = model.get().graph();
      return endless(graph).or(() -> unfit(graph, sizes));
    }

    private static Optional<Objection> endless(Graph graph) {
      long trips = Trips.most(graph);
      return trips <= Trips.MOST
          ? Optional.empty()
          : Optional.of(
              new Objection(
                  String.format(
                      Locale.ROOT,
                      "One run goes %,d times through the body of a loop, which takes longer than"
                          + " anyone waits: at most %,d times are tried. Export it with fewer"
                          + " trips.",
                      trips,
                      Trips.MOST),
                  DemitasseException::badRequest));
    }

    private Optional<Objection> unfit(Graph graph, Map<String, List<Long>> sizes) {
      Map<String, long[]> shapes = new TreeMap<>();
      sizes.forEach(
          (name, list) -> shapes.put(name, list.stream().mapToLong(Long::longValue).toArray()));
      RunEstimate estimate = RunEstimate.of(graph, shapes);
      if (!estimate.misfits().isEmpty()) {
        return Optional.of(misfit(sizes, estimate.misfits().getFirst()));
      }
      return estimate.activationBytes() <= memory.ofRun()
          ? Optional.empty()
          : Optional.of(new Objection(excess(sizes, estimate), DemitasseException::badRequest));
    }

    private static Objection misfit(Map<String, List<Long>> sizes, String what) {
      return sizes.isEmpty()
          ? new Objection(
              "The model cannot run on any inputs: " + what + ". Export it anew.",
              DemitasseException::badModel)
          : new Objection(
              "The model cannot run at "
                  + sizes
                  + ": "
                  + what
                  + ". Give inputs with another number of axes.",
              DemitasseException::badRequest);
    }

    private String excess(Map<String, List<Long>> sizes, RunEstimate estimate) {
      return String.format(
          Locale.ROOT,
          "One run %s needs about %s for inputs and results%s, and %s are allowed. Use"
              + " smaller inputs, or allow more with --memory.",
          sizes.isEmpty() ? "of whatever inputs" : "at " + sizes,
          Memory.text(estimate.activationBytes()),
          estimate.unknown().isEmpty()
              ? ""
              : String.format(
                  Locale.ROOT, ", without %d values of unknown size", estimate.unknown().size()),
          Memory.text(memory.ofRun()));
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

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Map<String, long[]> sizes) {
      estimates.require(sizes(inputs));
      return session.run(inputs, sizes);
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
