package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
  private static final Runtime RUNTIME = Ports.find().runtime();

  private static final Bundle BUNDLE =
      Bundle.of(
          TextGraph.parse(
              """
              ir 8, opset 13
              graph g(x: float[n,m]) -> (y: float[n,m]) {
                a = Relu(x)
                b = Exp(x)
                c = Add(a, b)
                y = Sub(c, x)
              }
              """));

  /** Runs the part on a sample's input, and on what came of it for every row that the input has. */
  private record Repeatedly() implements Program {
    @Override
    public String name() {
      return "repeatedly";
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      Map<String, Tensor> inputs = ((Sample.Tensors) sample).inputs();
      Tensor x = Objects.requireNonNull(inputs.get("x"));
      Map<String, Tensor> outputs = Map.of();
      for (long row = 0; row < x.size(0); row++) {
        outputs = parts.run(Bundle.SINGLE, Map.of("x", x));
        x = Objects.requireNonNull(outputs.get("y"));
      }
      return outputs;
    }
  }

  /** Passes everything on, and writes down how many sessions there were and what runs yielded. */
  private static final class Watched implements Runtime {
    private int sessions;
    private int open;
    private int mostOpen;
    private long mostBytes;

    @Override
    public String version() {
      return RUNTIME.version();
    }

    @Override
    public Session open(Model model, SessionOptions options) {
      Session session = RUNTIME.open(model, options);
      sessions++;
      mostOpen = Math.max(mostOpen, ++open);
      return new Session() {
        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs) {
          Map<String, Tensor> outputs = new LinkedHashMap<>();
          run(inputs, outputs::put);
          return outputs;
        }

        @Override
        public void run(Map<String, Tensor> inputs, BiConsumer<String, Tensor> reader) {
          long[] bytes = new long[1];
          session.run(
              inputs,
              (name, tensor) -> {
                bytes[0] += name.equals("y") ? 0 : tensor.byteSize();
                reader.accept(name, tensor);
              });
          mostBytes = Math.max(mostBytes, bytes[0]);
        }

        @Override
        public List<NodeTime> profile() {
          return session.profile();
        }

        @Override
        public void close() {
          open--;
          session.close();
        }
      };
    }

    @Override
    public Session open(Path file, SessionOptions options) {
      return RUNTIME.open(file, options);
    }

    @Override
    public Optional<String> refuses(Model model) {
      return RUNTIME.refuses(model);
    }
  }

  /** Inputs of these numbers of rows and columns. */
  private static Samples samples(int... sizes) {
    Random random = new Random(5);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < sizes.length; i += 2) {
      double[] numbers = random.doubles((long) sizes[i] * sizes[i + 1], -1, 1).toArray();
      long[] shape = {sizes[i], sizes[i + 1]};
      Tensor x = Tensor.ofNumbers(DataType.FLOAT, shape, numbers);
      samples.add(new Sample.Tensors("sample " + i, Map.of("x", x)));
    }
    return Samples.of("some", samples);
  }

  private static Set<Observation<Range>> observations(RangeReducer reducer, String... values) {
    Set<Observation<Range>> observations = new LinkedHashSet<>();
    for (String value : values) {
      observations.add(new Observation<>(Bundle.SINGLE, value, reducer));
    }
    return observations;
  }

  private static Map<String, List<Double>> numbers(Statistics statistics) {
    Map<String, List<Double>> numbers = new LinkedHashMap<>();
    statistics
        .answers()
        .forEach(
            (observation, answer) ->
                numbers.put(observation.toString(), List.of(answer[0], answer[1])));
    return numbers;
  }

  @Test
  void aHistogramSeesWhatMinAndMaxSee() {
    Samples samples = samples(2, 3, 1, 5);
    Set<Observation<Range>> all = observations(new Percentile(100), "x", "a", "b", "c", "y");
    Statistics whole = new Calibrator(RUNTIME).collect(all, BUNDLE, new Repeatedly(), samples);
    Statistics ends =
        new Calibrator(RUNTIME)
            .collect(
                observations(new MinMax(), "x", "a", "b", "c", "y"),
                BUNDLE,
                new Repeatedly(),
                samples);
    assertThat(List.copyOf(numbers(whole).values()))
        .hasSize(5)
        .isEqualTo(List.copyOf(numbers(ends).values()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 500, 1000, 10_000})
  void noCeilingChangesTheAnswers(long ceiling) {
    Samples samples = samples(2, 10, 3, 2, 2, 40, 1, 1, 3, 40);
    Set<Observation<?>> all =
        new LinkedHashSet<>(observations(new Percentile(90), "a", "b", "c", "y"));
    all.addAll(observations(new MinMax(), "a", "c"));
    Statistics free = new Calibrator(RUNTIME).collect(all, BUNDLE, new Repeatedly(), samples);
    Watched watched = new Watched();
    Statistics bounded =
        new Calibrator(watched, ceiling).collect(all, BUNDLE, new Repeatedly(), samples);
    assertThat(numbers(bounded)).hasSize(6).isEqualTo(numbers(free));
    long largest = 4 * 3 * 40;
    long reduced = 4 * 4;
    assertThat(watched.mostBytes).isLessThanOrEqualTo(Math.max(ceiling, largest) + reduced);
    assertThat(watched.open).isZero();
    assertThat(watched.mostOpen).as("one to measure sizes, one to fetch").isEqualTo(2);
  }

  @Test
  void oneSweepIsEnoughWhereAllFits() {
    Watched watched = new Watched();
    new Calibrator(watched)
        .collect(
            observations(new Entropy(), "a", "b", "c"),
            BUNDLE,
            new Repeatedly(),
            samples(2, 9, 2, 3));
    assertThat(watched.sessions).as("one to measure sizes, one to fetch").isEqualTo(2);
  }

  @Test
  void whatTheGraphReducesNeedsNoMeasuring() {
    Watched watched = new Watched();
    new Calibrator(watched, 1)
        .collect(
            observations(new MinMax(), "a", "b", "c"),
            BUNDLE,
            new Repeatedly(),
            samples(2, 9, 4, 9));
    assertThat(watched.sessions).isEqualTo(1);
  }

  @Test
  void halvesOfTheSamplesGatheredApartAreTheWhole() throws IOException {
    Samples samples = samples(2, 10, 3, 2, 2, 40, 1, 1, 3, 40);
    Set<Observation<?>> all =
        new LinkedHashSet<>(observations(new Percentile(90), "a", "b", "c", "y"));
    all.addAll(observations(new MinMax(), "a", "c"));
    Calibrator calibrator = new Calibrator(RUNTIME);
    Gathered first = calibrator.gather(all, BUNDLE, new Repeatedly(), samples.only(List.of(0, 1)));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    calibrator
        .gather(all, BUNDLE, new Repeatedly(), samples.only(List.of(2, 3, 4)))
        .write(new DataOutputStream(written));

    first.merge(
        Gathered.read(all, new DataInputStream(new ByteArrayInputStream(written.toByteArray()))));

    Statistics whole = calibrator.collect(all, BUNDLE, new Repeatedly(), samples);
    assertThat(numbers(first.statistics())).hasSize(6).isEqualTo(numbers(whole));
  }

  @Test
  void whatIsNotFiniteHasNoAnswer() {
    Samples samples =
        Samples.of(
            "huge",
            List.of(
                new Sample.Tensors("huge", Map.of("x", Tensor.ofFloats(new long[] {1, 1}, 1000)))));
    Statistics statistics =
        new Calibrator(RUNTIME)
            .collect(observations(new Percentile(99), "a", "b"), BUNDLE, new Repeatedly(), samples);
    assertThat(numbers(statistics)).containsOnlyKeys("percentile of 'a' in part 'model'");
  }

  @Test
  void aValueThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                new Calibrator(RUNTIME)
                    .collect(
                        observations(new Entropy(), "z"), BUNDLE, new Repeatedly(), samples(1, 1)))
        .hasMessage("there is no value for the entropy of 'z' in part 'model'");
  }
}
