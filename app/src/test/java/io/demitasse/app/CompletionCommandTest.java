package io.demitasse.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.demitasse.pass.PassOptions;
import io.demitasse.passes.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script of completion, in a real bash. */
final class CompletionCommandTest {
  /** What bash does when someone presses the tab key behind these words. */
  private static final String TAB =
      """
      source "$1"
      shift
      compopt() { :; } # bash has it only while somebody really completes
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      $(complete -p demitasse | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir private static Path folder;
  private static Path script;

  private record Said(int code, String text) {}

  @BeforeAll
  static void printScript() throws IOException {
    Invocation run = Invocation.of("completion");
    assertThat(run.code()).isZero();
    script = Files.writeString(folder.resolve("completion.sh"), run.out());
  }

  private static Said bash(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "--norc"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "Left out: no bash on the PATH, so completion was not tried.");
      throw e;
    }
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), text);
  }

  @Test
  void theScriptIsValid() throws Exception {
    assertThat(bash("-n", script)).isEqualTo(new Said(0, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "pas,passes",
    "compa,compare",
    "passes fuse-g,fuse-gelu",
    "passes --js,--json",
    "recipe ch,check",
    "recipe show int8,int8-dynamic int8-static",
    "compress --budg,--budget",
    "compress x.onnx --task retr,retrieval",
    "compress x.onnx --recipe por,portable",
    "demo mini,minilm",
    "completion --verb,--verbose"
  })
  void theTabKeyCompletes(String words, String expected) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-c", TAB, "bash", script.toString()));
    arguments.add("demitasse");
    arguments.addAll(List.of(words.split(" ")));

    assertThat(bash(arguments.toArray()).text().lines()).containsExactly(expected.split(" "));
  }

  @Test
  void everyPassIsACandidate() throws Exception {
    Said said = bash("-c", TAB, "bash", script, "demitasse", "passes", "");

    assertThat(said.text().lines())
        .containsAll(Catalogue.PASSES.stream().map(PassOptions::name).toList());
  }

  @Test
  void zshTakesTheSameScript() {
    assertThat(Invocation.of("completion", "zsh").out())
        .isEqualTo(Invocation.of("completion", "bash").out())
        .contains("bashcompinit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fish", "powershell"})
  void otherShellsAreRefused(String shell) {
    Invocation run = Invocation.of("completion", shell);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "demitasse: There is no completion for the shell '"
                + shell
                + "', only for bash and zsh.\n");
  }
}
