package io.demitasse.train;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a training knows after a step, beside what its session does.
 *
 * @param step that was the last
 * @param best objective that was judged
 * @param bestStep of which it was
 * @param worse judgements since then
 * @param learned sums of terms since the last point
 * @param since steps that these are of
 * @param rows samples that were learned from
 * @param nanoseconds that it took
 * @param points in order
 */
record Checkpoint(
    int step,
    double best,
    int bestStep,
    int worse,
    Map<String, Double> learned,
    int since,
    long rows,
    long nanoseconds,
    List<Point> points) {
  private static final String COUNTS = "training/counts";
  private static final String BEST = "training/best";
  private static final String TERMS = "training/terms";
  private static final String LEARNED = "training/learned";
  private static final String SPEED = "training/samples";

  Checkpoint {
    learned = Map.copyOf(learned);
    points = List.copyOf(points);
  }

  Map<String, Tensor> tensors() {
    Map<String, Double> sorted = new TreeMap<>(learned);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.putAll(
        new Curve("", points, bestStep, Trained.End.ALL_STEPS, Optional.empty()).tensors());
    tensors.put(COUNTS, Tensor.ofLongs(new long[] {5}, step, worse, since, rows, nanoseconds));
    tensors.put(BEST, Tensor.ofNumbers(DataType.DOUBLE, new long[0], best));
    tensors.put(TERMS, texts(sorted.keySet().stream().toList()));
    tensors.put(LEARNED, doubles(sorted.values().stream().toList()));
    tensors.put(SPEED, doubles(points.stream().map(Point::samples).toList()));
    return tensors;
  }

  /**
   * Reads what {@link #tensors} gave.
   *
   * @throws DemitasseException (bad request) when it is none
   */
  static Checkpoint of(Map<String, Tensor> stored) {
    Curve curve = Curve.of("", stored);
    long[] counts = tensor(stored, COUNTS, DataType.INT64, 5).toLongs();
    double[] samples = tensor(stored, SPEED, DataType.DOUBLE, curve.points().size()).toDoubles();
    List<String> terms = texts(stored, TERMS);
    double[] sums = tensor(stored, LEARNED, DataType.DOUBLE, terms.size()).toDoubles();
    Map<String, Double> learned = new TreeMap<>();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      learned.put(terms.get(i), sums[i]);
    }
    for (int i = 0; i < samples.length; i++) {
      points.add(curve.points().get(i).withSamples(samples[i]));
    }
    return new Checkpoint(
        Math.toIntExact(counts[0]),
        tensor(stored, BEST, DataType.DOUBLE, 1).toDoubles()[0],
        curve.best(),
        Math.toIntExact(counts[1]),
        learned,
        Math.toIntExact(counts[2]),
        counts[3],
        counts[4],
        points);
  }

  static Tensor texts(List<String> texts) {
    return Tensor.ofStrings(
        new long[] {texts.size()},
        texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  static List<String> texts(Map<String, Tensor> stored, String name) {
    Tensor tensor = stored.get(name);
    return tensor(stored, name, DataType.STRING, tensor == null ? 0 : tensor.elementCount())
        .strings()
        .stream()
        .map(text -> new String(text, StandardCharsets.UTF_8))
        .toList();
  }

  private static Tensor doubles(List<Double> values) {
    return Tensor.ofNumbers(
        DataType.DOUBLE,
        new long[] {values.size()},
        values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static Tensor tensor(
      Map<String, Tensor> stored, String name, DataType type, long elements) {
    Tensor tensor = stored.get(name);
    if (tensor == null || tensor.dataType() != type || tensor.elementCount() != elements) {
      throw DemitasseException.badRequest(
          "The checkpoint of a training cannot be read: '"
              + name
              + "' is "
              + tensor
              + ", expected "
              + elements
              + " elements of "
              + type.text()
              + ".");
    }
    return tensor;
  }
}
