package io.demitasse.search;

import io.demitasse.kernels.LayerTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A form that was measured on a whole part, and what is known of the layers that it changes.
 *
 * @param layers those that it changes
 * @param times what they take by themselves, of those of which it is known
 */
record MeasuredForm(Attempt attempt, List<Layer> layers, List<LayerTime> times) {
  /** Errors beyond this, and those that are no numbers, are all alike. */
  private static final double GREATEST_ERROR = 1e6;

  MeasuredForm {
    layers = List.copyOf(layers);
    times = List.copyOf(times);
  }

  /**
   * Finds out about the layers of an attempt. What was too slow to be scored counts where some of
   * them are known to be faster.
   *
   * @return empty where it has no layers, or nobody can tell of them
   */
  static Optional<MeasuredForm> of(Choice choice, Attempt attempt, Workers workers) {
    boolean slower = attempt.rejectedFor(Rejection.Kind.SLOWER);
    if (!attempt.hasLayers(choice) || !(attempt.isScored() || slower)) {
      return Optional.empty();
    }
    MeasuredForm timed = new MeasuredForm(attempt, List.of(), workers.times(choice, attempt));
    if (!attempt.isScored() && !timed.hasFasterLayers()) {
      return Optional.empty();
    }
    return Optional.of(workers.layers(choice, attempt))
        .filter(layers -> !layers.isEmpty())
        .map(layers -> new MeasuredForm(attempt, layers, timed.times()));
  }

  /** Whether an attempt gives this form to layers, to all that it was measured on or to some. */
  boolean isOf(Attempt other) {
    return other.requested().size() == 1
        && other.requested().getFirst().pass().getClass()
            == attempt.requested().getFirst().pass().getClass();
  }

  /** Whether some layer is known to be faster by itself. */
  private boolean hasFasterLayers() {
    return times.stream().anyMatch(time -> time.change() < 0);
  }

  /** The sum of the errors of all layers, which the whole was measured with. */
  double errors() {
    return layers.stream().mapToDouble(MeasuredForm::error).sum();
  }

  private static double error(Layer layer) {
    return layer.error() <= GREATEST_ERROR ? layer.error() : GREATEST_ERROR;
  }

  /**
   * What each layer is thought to stand for of what was measured on the whole: of the size by its
   * weights, of the time what it takes by itself, and of what that leaves unexplained, its share of
   * the multiplications.
   *
   * @param parent the part before, in bytes
   */
  Map<String, Estimate> estimates(String part, double parent) {
    double size = attempt.node().files().bytes(part) / parent - 1;
    Map<String, Double> alone = alone();
    double unexplained =
        attempt.timeRatio() - 1 - alone.values().stream().mapToDouble(Double::doubleValue).sum();
    double bytes = layers.stream().mapToLong(Layer::bytes).sum();
    double products = layers.stream().mapToLong(Layer::multiplyAccumulates).sum();
    Map<String, Estimate> estimates = new LinkedHashMap<>();
    for (Layer layer : layers) {
      estimates.put(
          layer.node(),
          new Estimate(
              size * share(layer.bytes(), bytes),
              alone.getOrDefault(layer.node(), 0.)
                  + unexplained * share(layer.multiplyAccumulates(), products),
              error(layer)));
    }
    return estimates;
  }

  private double share(long part, double whole) {
    return whole > 0 ? part / whole : 1.0 / layers.size();
  }

  /** Milliseconds that the part took before, on its first workload; 0 where nothing was timed. */
  double milliseconds() {
    return attempt.candidate().measured().timings().stream()
        .findFirst()
        .map(timing -> timing.baseline().time().value())
        .orElse(0.);
  }

  /** Time that each layer adds by itself, relative to that of the part. */
  private Map<String, Double> alone() {
    double whole = milliseconds();
    if (whole <= 0) {
      return Map.of();
    }
    return times.stream().collect(Collectors.toMap(LayerTime::node, time -> time.change() / whole));
  }
}
