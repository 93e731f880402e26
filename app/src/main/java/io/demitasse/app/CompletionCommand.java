package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints what makes a shell complete the command line. */
@Command(
    name = "completion",
    description = {
      "Prints a script by which a shell completes commands, options and names.",
      "",
      "bash and zsh take the same script. There is none for fish.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse completion bash > ~/.local/share/bash-completion/completions/demitasse",
      "      for every bash from now on",
      "  demitasse completion zsh > ~/.demitasse-completion",
      "      for zsh, with 'source ~/.demitasse-completion' in ~/.zshrc",
      "  source <(demitasse completion)",
      "      for this shell, bash or zsh"
    })
final class CompletionCommand implements Runnable {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  @Parameters(arity = "0..1", paramLabel = "SHELL", description = "bash (the default) or zsh.")
  private String shell = "bash";

  private final Console console;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (!SHELLS.contains(shell)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "There is no completion for the shell '%s', only for bash and zsh.",
              shell));
    }
    console.print(
        AutoComplete.bash(
            "demitasse", Main.commandLine(new Main(), console, List.of(Subcommand.values()))));
  }
}
