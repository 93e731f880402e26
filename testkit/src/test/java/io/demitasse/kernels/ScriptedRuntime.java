package io.demitasse.kernels;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A runtime whose sessions compute nothing and let a scripted clock go on: each operator takes what
 * it is said to, a few percent more or less in each session.
 */
final class ScriptedRuntime implements Runtime {
  private static final long OTHERS = 1_000;
  private static final double[] NOISE = {1, 1.02, .97, 1.01, .99};

  private final Map<String, Long> nanoseconds = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final List<String> opened = new ArrayList<>();
  private long now;

  ScriptedRuntime takes(String operator, long time) {
    nanoseconds.put(operator, time);
    return this;
  }

  void refuses(String operator) {
    refused.add(operator);
  }

  /** The scripted clock. */
  long now() {
    return now;
  }

  /** The last operator of the model of each session, in order. */
  List<String> opened() {
    return opened;
  }

  @Override
  public String version() {
    return "scripted 1";
  }

  @Override
  public Session open(Model model, SessionOptions options) {
    for (Node node : model.graph().nodes()) {
      if (refused.contains(node.opType())) {
        throw DemitasseException.backendFailed("There is no " + node.opType() + " here.", null);
      }
    }
    double noise = NOISE[opened.size() % NOISE.length];
    opened.add(model.graph().nodes().getLast().opType());
    long time =
        model.graph().nodes().stream()
            .mapToLong(node -> nanoseconds.getOrDefault(node.opType(), OTHERS))
            .sum();
    return new Session() {
      @Override
      public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        now += Math.round(time * noise);
        return Map.of();
      }

      @Override
      public List<NodeTime> profile() {
        return List.of();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Session open(Path file, SessionOptions options) {
    throw new UnsupportedOperationException("kernels are no files");
  }

  @Override
  public Optional<String> refuses(Model model) {
    return Optional.empty();
  }
}
