package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.report.Version;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code demitasse} command. */
@Command(
    name = "demitasse",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "demitasse " + Version.TEXT,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class Main implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  private boolean verbose;

  Main() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(run(Console.system(), arguments));
  }

  /** Runs a command line in this process and answers its exit code. */
  public static int run(Console console, String... arguments) {
    Main main = new Main();
    CommandLine line = commandLine(main, console, Subcommand.asked(arguments));
    Failures failures = new Failures(console, () -> main.verbose);
    line.setParameterExceptionHandler(failures::misused);
    line.setExecutionExceptionHandler((failure, command, parsed) -> failures.failed(failure));
    try {
      return line.execute(arguments);
    } catch (Error error) {
      // picocli hands exceptions to the handlers, but not what the virtual machine throws.
      return failures.failed(error);
    }
  }

  /** The command with these subcommands; with none, it has outlines of all of them. */
  static CommandLine commandLine(Main main, Console console, List<Subcommand> subcommands) {
    CommandLine line = new CommandLine(main);
    subcommands.forEach(each -> line.addSubcommand(each.make(console)));
    if (subcommands.isEmpty()) {
      for (Subcommand each : Subcommand.values()) {
        line.addSubcommand(each.commandName(), each.outline());
      }
    }
    line.setOut(console.out()).setErr(console.err());
    line.setColorScheme(Help.defaultColorScheme(console.ansi()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    describe(line.getCommandSpec());
    line.getSubcommands().values().forEach(each -> DataForms.describe(each.getCommandSpec()));
    return line;
  }

  /** What is said of the command as a whole; annotations would hand it down to every subcommand. */
  private static void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Makes ONNX models smaller and faster, and proves that they are still right.", "")
        .commandListHeading("%nCommands:%n")
        .footer(
            "",
            "Examples:",
            "  demitasse demo                                   see it work",
            "  demitasse inspect model.onnx                     what is in a model",
            "  demitasse compress model.onnx -o small.onnx      make it small",
            "  demitasse bench small.onnx --against model.onnx  is it faster?",
            "",
            "'demitasse COMMAND --help' explains a command.",
            "",
            "Exit codes: 0 done, 2 bad request, 3 bad model, 4 a bug in Demitasse,",
            "5 the runtime or the disk failed, 130 interrupted.");
  }

  @Override
  public void run() {
    throw new Failures.NoCommand(spec.commandLine());
  }
}
