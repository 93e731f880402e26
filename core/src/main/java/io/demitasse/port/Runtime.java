package io.demitasse.port;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Runs models on this machine. Implementations are stateless; sessions are not shared between
 * threads.
 */
@Port(does = "runs models", module = "io.demitasse:demitasse-onnx")
public interface Runtime {

  /** How much the runtime may rewrite a model when it loads it. */
  enum Optimization {
    NONE,
    BASIC,
    EXTENDED,
    ALL
  }

  /**
   * How a session runs.
   *
   * @param threads threads within one operator, at least 1
   * @param profile whether times by node are recorded
   * @param usual whether threads that wait for work spin, as they do when nobody says otherwise;
   *     else they sleep, so that several sessions do not disturb each other
   */
  record SessionOptions(int threads, Optimization optimization, boolean profile, boolean usual) {
    public SessionOptions {
      if (threads < 1) {
        throw new IllegalArgumentException("threads must be at least 1, got " + threads);
      }
    }

    public static SessionOptions of(int threads) {
      return new SessionOptions(threads, Optimization.ALL, false, false);
    }

    public SessionOptions with(Optimization level) {
      return new SessionOptions(threads, level, profile, usual);
    }

    public SessionOptions profiled() {
      return new SessionOptions(threads, optimization, true, usual);
    }

    /** As a user opens a session who sets nothing but threads. */
    public SessionOptions asUsual() {
      return new SessionOptions(threads, optimization, profile, true);
    }
  }

  /** A loaded model. Closing it frees its memory; running it afterwards is an error. */
  interface Session extends AutoCloseable {
    /**
     * Runs once.
     *
     * @param inputs every required graph input by name; content is read, not kept
     * @return every tensor output by name, valid after the session is closed
     * @throws io.demitasse.error.DemitasseException (backend failed) with the runtime's own reason;
     *     (cancelled) when the thread was interrupted
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs);

    /**
     * Runs once and hands over one output after the other, so that outputs that are not kept need
     * memory of ours for one at a time only.
     *
     * @param inputs as in {@link #run(Map)}
     * @param reader takes each tensor output with its name
     */
    default void run(Map<String, Tensor> inputs, BiConsumer<String, Tensor> reader) {
      run(inputs).forEach(reader);
    }

    /**
     * Runs once. Outputs whose sizes are known beforehand are written straight into native memory,
     * so that another run can take them as they are: caches go from step to step without a copy.
     *
     * @param inputs as in {@link #run(Map)}
     * @param sizes of some outputs, by name
     * @return as {@link #run(Map)} gives them
     * @throws io.demitasse.error.DemitasseException (backend failed) as well where an output has
     *     other sizes
     */
    default Map<String, Tensor> run(Map<String, Tensor> inputs, Map<String, long[]> sizes) {
      return run(inputs);
    }

    /**
     * Ends profiling and tells what each node took so far; empty when the session was opened
     * without.
     */
    List<NodeTime> profile();

    @Override
    void close();
  }

  /**
   * What one node took, summed over all runs.
   *
   * @param node name as the runtime has it, which differs from ours where it fused
   * @param opType operator as the runtime has it
   * @param provider execution provider that ran it
   * @param microseconds total time
   * @param calls how often it ran
   */
  record NodeTime(String node, String opType, String provider, long microseconds, long calls) {}

  /** Name and version, such as {@code ONNX Runtime 1.29.0}. */
  String version();

  /** Loads a model from memory, through a temporary file where it must. */
  Session open(Model model, SessionOptions options);

  /** Loads a model file as it is. */
  Session open(Path file, SessionOptions options);

  /** Why this runtime cannot load a model; empty when it can. */
  Optional<String> refuses(Model model);
}
