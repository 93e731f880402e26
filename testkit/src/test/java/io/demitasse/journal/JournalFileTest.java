package io.demitasse.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Drift;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Latency;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.ir.Tensor;
import io.demitasse.search.Key;
import io.demitasse.search.Question;
import io.demitasse.sensitivity.LayerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalFileTest {
  private static final Circumstances HERE = circumstances("two cores", 7);
  private static final Interval ABOUT_HALF = new Interval(.4, .1 + .4, .6);

  private static final String AGAIN = "it was measured again";

  @TempDir private Path folder;

  private static Circumstances circumstances(String machine, long seed) {
    return new Circumstances("1", "abc", "agreement", "data", "runtime 1", machine, 2, "5", seed);
  }

  private static <T> Question<T> question(Question.Kind kind) {
    return new Question<>(kind, "text", new Key("a"), new Key("b"));
  }

  @Test
  void everyKindOfAnswerIsGivenBackAsItWas() {
    List<TimingComparison> timings =
        List.of(
            new TimingComparison(
                "1x9",
                new Latency(ABOUT_HALF, .1, 1 / 3., 12),
                new Latency(ABOUT_HALF, .1, .7, 12),
                ABOUT_HALF,
                List.of(.1, 1 / 3.),
                Verdict.FASTER));
    List<ScoreComparison> scores =
        List.of(new ScoreComparison("cosine", ABOUT_HALF, ABOUT_HALF, ABOUT_HALF, 9, true));
    List<LayerError> errors = List.of(new LayerError("MatMul 'a'", 1e-17));
    Drift wrong = new Drift(Double.POSITIVE_INFINITY, true, Optional.of("output 'y' is \"off\""));
    Path file = folder.resolve("made/journal.jsonl");

    try (JournalFile journal = JournalFile.begin(file, HERE)) {
      journal.answer(question(Question.Kind.TIMINGS), () -> timings);
      journal.answer(question(Question.Kind.SCORES), () -> scores);
      journal.answer(question(Question.Kind.LAYER_ERRORS), () -> errors);
      journal.answer(question(Question.Kind.DRIFT), () -> wrong);
    }

    try (JournalFile journal = JournalFile.resume(file, HERE)) {
      assertThat(journal.size()).isEqualTo(4);
      assertThat(journal.<Object>answer(question(Question.Kind.TIMINGS), () -> fail(AGAIN)))
          .isEqualTo(timings);
      assertThat(journal.<Object>answer(question(Question.Kind.SCORES), () -> fail(AGAIN)))
          .isEqualTo(scores);
      assertThat(journal.<Object>answer(question(Question.Kind.LAYER_ERRORS), () -> fail(AGAIN)))
          .isEqualTo(errors);
      assertThat(journal.<Object>answer(question(Question.Kind.DRIFT), () -> fail(AGAIN)))
          .isEqualTo(wrong);
    }
  }

  @Test
  void theSameQuestionIsMeasuredOnce() {
    Question<Drift> asked = question(Question.Kind.DRIFT);
    Drift drift = new Drift(.5, true, Optional.empty());
    try (JournalFile journal = JournalFile.begin(folder.resolve("j"), HERE)) {
      journal.answer(asked, () -> drift);

      assertThat(journal.answer(asked, () -> fail(AGAIN))).isEqualTo(drift);
    }
  }

  @Test
  void aLineThatWasCutShortIsCutOffAndWhatFollowsIsWhole() throws IOException {
    Path file = folder.resolve("j");
    Question<List<LayerError>> asked = question(Question.Kind.LAYER_ERRORS);
    List<LayerError> errors = List.of(new LayerError("a", .5));
    try (JournalFile journal = JournalFile.begin(file, HERE)) {
      journal.answer(asked, () -> errors);
    }
    Files.writeString(file, "{\"question\":{\"ki", StandardOpenOption.APPEND);
    Question<Drift> further = question(Question.Kind.DRIFT);

    try (JournalFile journal = JournalFile.resume(file, HERE)) {
      journal.answer(further, () -> Drift.NONE);
    }

    assertThat(Files.readAllLines(file)).hasSize(3);
    try (JournalFile journal = JournalFile.resume(file, HERE)) {
      assertThat(journal.answer(asked, () -> fail(AGAIN))).isEqualTo(errors);
      assertThat(journal.answer(further, () -> fail(AGAIN)).isFelt()).isFalse();
    }
  }

  @Test
  void anAnswerThatIsNoAnswerIsMeasuredAgain() throws IOException {
    Path file = folder.resolve("j");
    Question<List<LayerError>> asked = question(Question.Kind.LAYER_ERRORS);
    try (JournalFile journal = JournalFile.begin(file, HERE)) {
      journal.answer(asked, () -> List.of(new LayerError("a", .5)));
    }
    Files.writeString(file, Files.readString(file).replace("\"error\":0.5", "\"error\":\"x\""));

    try (JournalFile journal = JournalFile.resume(file, HERE)) {
      assertThat(journal.answer(asked, () -> List.of(new LayerError("b", 1))))
          .containsExactly(new LayerError("b", 1));
    }
  }

  @Test
  void onlyAJournalIsReplaced() throws IOException {
    Path file = folder.resolve("j");
    JournalFile.begin(file, HERE).close();
    JournalFile.begin(file, circumstances("four cores", 8)).close();
    assertThat(file).content().contains("four cores").doesNotContain("two cores");

    for (String text : List.of("a model", "a text\n", "{}\n", "[1]\n", "null\n")) {
      Files.writeString(file, text);
      assertNotReplaced(file);
      assertThat(file).hasContent(text);
    }
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("linked"));
    assertNotReplaced(link);
    assertThat(folder.resolve("linked")).doesNotExist();
    assertNotReplaced(Files.createDirectory(folder.resolve("folder")));
  }

  private static void assertNotReplaced(Path file) {
    assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(() -> JournalFile.begin(file, HERE).close())
        .withMessage(
            file + " is not a journal, so it is not replaced: name another file for the journal.");
  }

  @Test
  void whereItCannotBeWrittenAnyMoreTheRunGoesOnAndIsTold() {
    Path file = folder.resolve("j");
    JournalFile journal = JournalFile.begin(file, HERE);
    assertThat(journal.incomplete()).isEmpty();
    journal.close();
    List<LayerError> errors = List.of(new LayerError("a", .5));
    Question<List<LayerError>> asked = question(Question.Kind.LAYER_ERRORS);

    assertThat(journal.answer(asked, () -> errors)).isEqualTo(errors);
    assertThat(journal.incomplete())
        .hasValueSatisfying(why -> assertThat(why).contains("ends early", file.toString()));
  }

  @Test
  void otherCircumstancesAreToldAndNothingIsTouched() throws IOException {
    Path file = folder.resolve("j");
    JournalFile.begin(file, HERE).close();
    byte[] before = Files.readAllBytes(file);

    assertRefused(
        file,
        circumstances("four cores", 8),
        "the machine was two cores, now it is four cores; the seed was 7, now it is 8");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void whatIsNoJournalIsRefused() throws IOException {
    assertRefused(folder.resolve("none"), HERE, "There is nothing to resume");
    for (String text : List.of("", "no line end", "[]\n", "{}\n", "{\"circumstances\":{}}\n")) {
      Path file = Files.writeString(folder.resolve("j"), text);
      assertRefused(file, HERE, "Leave --resume out");
      assertThat(file).hasContent(text);
    }
  }

  @Test
  void dataAreToldFromOthersByTheirContent() {
    String some = data("a", 1, 2);
    assertThat(data("a", 1, 2)).isEqualTo(some);
    assertThat(data("b", 1, 2)).isNotEqualTo(some);
    assertThat(data("a", 1, 3)).isNotEqualTo(some);
    assertThat(Circumstances.data(Samples.of("s", List.of(new Sample.Text("a", "x")))))
        .isNotEqualTo(Circumstances.data(Samples.of("s", List.of(new Sample.Text("a", "y")))));
  }

  private static String data(String id, float... values) {
    Tensor tensor = Tensor.ofFloats(new long[] {values.length}, values);
    return Circumstances.data(
        Samples.of("s", List.of(new Sample.Tensors(id, Map.of("x", tensor)))));
  }

  private static void assertRefused(Path file, Circumstances circumstances, String why) {
    assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(() -> JournalFile.resume(file, circumstances).close())
        .withMessageContaining(why);
  }
}
