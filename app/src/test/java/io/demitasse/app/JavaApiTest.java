package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a Java program asks of the facade beyond what the command does. */
final class JavaApiTest {
  private static final Samples SENTENCES =
      Samples.of(
          "sentences of this program",
          IntStream.range(0, 12)
              .mapToObj(i -> new Sample.Text("sentence " + i, "cup number " + i + " of coffee"))
              .toList());

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model = SmallEncoder.in(folder.resolve("model"));
  }

  private Demitasse job() {
    return Demitasse.open(model).effort(new PairedTiming.Effort(3, 3, 1)).threads(2);
  }

  @Test
  void takesSamplesThatTheProgramHas() {
    try (Compressed small = job().data(SENTENCES).compress()) {
      assertThat(small.report().accuracy().evidence())
          .isEqualTo("agreement over 12 samples: sentences of this program");
    }
  }

  @Test
  void tellsThatLabelsDoNotComeWithSamples() {
    assertThatThrownBy(() -> job().task("retrieval").data(SENTENCES).compress())
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("needs labels");
  }

  @Test
  void takesATaskThatTheProgramHas() {
    try (Compressed small = job().task(new SumTask(SENTENCES)).compress()) {
      assertThat(small.report().accuracy().scores())
          .extracting(ScoreComparison::metric)
          .containsExactly("sum");
      assertThat(small.recipe().task()).isEqualTo("sum");
    }
  }

  /** A task of a program's own: the texts as ids, and how far the sum of all outputs is off. */
  private record SumTask(Samples samples) implements Task, Program {
    @Override
    public String name() {
      return "sum";
    }

    @Override
    public List<String> metrics() {
      return List.of("sum");
    }

    @Override
    public Program program() {
      return this;
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      long[] sizes = {1, 2};
      return parts.run(
          Bundle.SINGLE,
          Map.of(
              "input_ids", Tensor.ofLongs(sizes, 101, sample.id().hashCode() & 1023),
              "attention_mask", Tensor.ofLongs(sizes, 1, 1)));
    }

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<>(
          (sample, outputs, reference) -> 1 - Math.abs(sum(outputs) - sum(reference)),
          near -> List.of(Score.limited("sum", Statistic.mean(near, Double::doubleValue))));
    }

    private static double sum(Map<String, Tensor> outputs) {
      double sum = 0;
      for (float value : outputs.get("last_hidden_state").toFloats()) {
        sum += value;
      }
      return sum / 1e6;
    }
  }

  @Test
  void aSearchGoesOnWhereTheSizeIsNotYetWhatTheBudgetAllows() {
    String roomy = "drop<=20%, latency<=10000%, size<=100%";
    try (Compressed enough = job().data(SENTENCES).budget(roomy).compress();
        Compressed tight = job().data(SENTENCES).budget(roomy.replace("100%", "1%")).compress()) {
      assertThat(last(enough)).isNotEqualTo("quantize-weights");
      assertThat(last(tight)).isEqualTo("quantize-weights");
      assertThat(tight.report().budget().reasons())
          .anyMatch(reason -> reason.startsWith("size is ") && reason.contains("allows 1.0 %"));
    }
  }

  private static String last(Compressed compressed) {
    return compressed.report().candidates().getLast().title();
  }

  @Test
  void whatWasStoppedGivesTheBestSoFar() {
    Demitasse job = job().data(SENTENCES);
    job.stop();

    try (Compressed small = job.compress()) {
      assertThat(small.report().candidates())
          .isNotEmpty()
          .allMatch(
              candidate -> candidate.why().equals("not tried to its end: the search was ended"));
      assertThat(small.report().accuracy().scores()).isNotEmpty();
    }
  }

  @Test
  void tellsHowFarTheRunIsAsAWhole() {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());

    try (Compressed small = job().data(SENTENCES).events(events::add).compress()) {
      assertThat(small.report().candidates()).isNotEmpty();
    }

    List<Event.Progressed> progress =
        events.stream()
            .filter(Event.Progressed.class::isInstance)
            .map(Event.Progressed.class::cast)
            .toList();
    assertThat(progress.stream().map(Event.Progressed::share)).isSorted();
    assertThat(progress.stream().map(Event.Progressed::step).distinct())
        .containsExactly(1, 2, 3, 4);
    assertThat(progress.getLast().steps()).isEqualTo(4);
  }

  @Test
  void tellsHowFarAQuickRunIs() {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());

    try (Compressed small = job().quick().data(SENTENCES).events(events::add).compress()) {
      assertThat(small.report().candidates()).isNotEmpty();
    }

    assertThat(events)
        .filteredOn(event -> event instanceof Event.Progressed)
        .isNotEmpty()
        .extracting(event -> ((Event.Progressed) event).share())
        .isSorted();
  }

  static Stream<Arguments> moments() {
    return Stream.of(
        moment("recording", event -> event instanceof Event.Progressed),
        moment("timing", event -> starts(event, "clean and fuse")),
        moment("calibration", event -> starts(event, "quantize-dynamic")),
        moment("scoring", event -> event instanceof Event.Advanced),
        moment("deciding", event -> event instanceof Event.Decided),
        moment(
            "measuring the result",
            event -> event.equals(new Event.Started("measuring the result against the original"))),
        moment(
            "comparing layers",
            event ->
                event.equals(
                    new Event.Started("comparing the layers of the result with those before"))));
  }

  private static boolean starts(Event event, String what) {
    return event instanceof Event.Started(String begun, _) && begun.equals(what);
  }

  private static Arguments moment(String name, Predicate<Event> when) {
    return Arguments.of(name, when);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moments")
  void anInterruptCancelsWhateverIsUnderWay(String name, Predicate<Event> when) {
    Thread caller = Thread.currentThread();
    List<Event> after = Collections.synchronizedList(new ArrayList<>());
    Demitasse job =
        job()
            .data(SENTENCES)
            .events(
                event -> {
                  if (caller.isInterrupted()) {
                    after.add(event);
                  } else if (when.test(event)) {
                    caller.interrupt();
                  }
                });

    assertThatThrownBy(job::compress)
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.CANCELLED));

    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(after)
        .noneMatch(event -> event instanceof Event.Decided(_, boolean kept, _, _) && kept);
  }

  @Test
  void aCancelledWriteLeavesNothing() throws IOException {
    Path output = Files.createDirectory(folder.resolve("out"));
    try (Compressed small = job().data(SENTENCES).compress()) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> small.writeTo(output.resolve("small.onnx")))
          .isInstanceOfSatisfying(
              DemitasseException.class,
              e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.CANCELLED));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(output).isEmptyDirectory();
    }
  }
}
