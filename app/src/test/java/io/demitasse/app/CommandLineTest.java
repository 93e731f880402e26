package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.report.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all commands: help, suggestions, complaints. */
final class CommandLineTest {
  @TempDir private Path folder;

  static Stream<String> commands() {
    return Stream.of(Subcommand.values()).map(Subcommand::commandName);
  }

  @Test
  void offersTheCommandsOfTheIssue() {
    assertThat(commands())
        .containsExactly(
            "inspect",
            "compress",
            "tune",
            "distill",
            "evaluate",
            "bench",
            "compare",
            "passes",
            "recipe",
            "doctor",
            "new",
            "extract",
            "demo",
            "completion");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithExamplesThatFitsOnATerminal(String command) {
    Invocation help = Invocation.of(command, "--help");

    assertThat(help.code()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out())
        .startsWith("Usage: demitasse " + command)
        .contains("Examples:\n  demitasse " + command)
        .doesNotContain("%n", "%%", "${");
    assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
  }

  @Test
  void helpListsAllCommandsAndExitCodes() {
    Invocation help = Invocation.of("--help");

    assertThat(help.code()).isZero();
    assertThat(help.out()).contains(commands().toList()).contains("130 interrupted");
  }

  @Test
  void onlyTheCommandThatIsAskedForIsBuilt() {
    assertThat(Subcommand.asked("--verbose", "passes", "inspect"))
        .containsExactly(Subcommand.PASSES);
    assertThat(Subcommand.asked("--help")).isEmpty();
    assertThat(Subcommand.asked("passe", "passes")).isEmpty();
  }

  @Test
  void tellsItsVersion() {
    assertThat(Invocation.of("--version").out()).isEqualTo("demitasse " + Version.TEXT + "\n");
  }

  @Test
  void aMistypedCommandIsAnsweredWithTheNearest() {
    Invocation typo = Invocation.of("compres", "model.onnx");

    assertThat(typo.code()).isEqualTo(2);
    assertThat(typo.err())
        .isEqualTo(
            """
            demitasse: there is no command 'compres'; did you mean 'compress'?
            Try 'demitasse --help' for what it takes.
            """);
  }

  @Test
  void aMistypedOptionIsAnsweredWithTheNearest() {
    Invocation typo = Invocation.of("compress", "model.onnx", "-o", "x", "--buget=size<=3%");

    assertThat(typo.code()).isEqualTo(2);
    assertThat(typo.err())
        .startsWith("demitasse: there is no option '--buget=size<=3%'; did you mean '--budget'?");
  }

  @ParameterizedTest
  @CsvSource({"--timing, soon", "--seed, 1.5", "--threads, two"})
  void whatIsNoNumberIsToldOfInPlainWords(String option, String value) {
    Invocation wrong = Invocation.of("compress", "model.onnx", "-o", "x", option, value);

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err())
        .startsWith("demitasse: ")
        .contains("'" + value + "' is not a whole number\n")
        .contains(option);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-5s", "10", "1d", "99999999s"})
  void aTimeHasANumberAndAUnit(String time) {
    Invocation wrong = Invocation.of("compress", "model.onnx", "-o", "x", "--time=" + time);

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("'" + time + "' is not a time", "such as 10m");
  }

  @Test
  void withoutACommandItShowsItsHelpButIsNoSuccess() {
    Invocation nothing = Invocation.of();

    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.out()).isEqualTo(Invocation.of("--help").out());
    assertThat(nothing.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "quantize, compress",
    "Optimize, compress",
    "prune, compress",
    "convert, compress",
    "info, inspect",
    "benchmark, bench",
    "eval, evaluate",
    "diff, compare",
    "vs, compare"
  })
  void whatOtherToolsCallACommandIsAnsweredWithOurs(String theirs, String ours) {
    Invocation run = Invocation.of(theirs, "model.onnx");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("there is no command '" + theirs + "'; '" + ours + "' does that");
  }

  @Test
  void namesOfAllKindsAreAnsweredWithTheNearest() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path output = folder.resolve("out");

    assertThat(Invocation.of("compress", model, "-o", output, "--task", "retreival").err())
        .contains("There is no task 'retreival'; did you mean 'retrieval'?");
    assertThat(Invocation.of("compress", model, "-o", output, "--recipe", "int8dynamic").err())
        .contains("did you mean 'int8-dynamic'?");
    assertThat(Invocation.of("passes", "quantise-static").err())
        .contains("did you mean 'quantize-static'?");
    assertThat(Invocation.of("recipe", "lits").err()).contains("did you mean 'list'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compress", "evaluate"})
  void helpTellsTheFormsOfData(String command) {
    assertThat(Invocation.of(command, "--help").out())
        .contains(
            "texts.txt", "pictures/", "inputs.npz", "pairs.tsv", "captions.tsv", "pages.jsonl");
  }

  @Test
  void anUnexpectedArgumentIsNamed() {
    Invocation surplus = Invocation.of("passes", "a", "b");

    assertThat(surplus.code()).isEqualTo(2);
    assertThat(surplus.err()).startsWith("demitasse: did not expect 'b' here");
  }

  @Test
  void aMissingOptionIsNamed() {
    Invocation incomplete = Invocation.of("compress", "model.onnx");

    assertThat(incomplete.code()).isEqualTo(2);
    assertThat(incomplete.err()).contains("'--output=OUT'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "bench", "compress", "evaluate", "demo"})
  void everyCommandThatRunsModelsTakesThreadsAndChecksThem(String command) throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path output = folder.resolve("out");

    Invocation run =
        switch (command) {
          case "compress" -> Invocation.of(command, model, "-o", output, "--threads=0");
          case "evaluate" -> Invocation.of(command, model, "--against", model, "--threads=0");
          case "demo" -> Invocation.of(command, "-o", output, "--threads=0");
          default -> Invocation.of(command, model, "--threads=0");
        };

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("demitasse: --threads takes at least 1, got 0.\n");
    assertThat(output).doesNotExist();
  }
}
