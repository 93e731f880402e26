package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line for people and an exit code for programs. */
final class Failures {
  private static final int BAD_REQUEST = DemitasseException.Kind.BAD_REQUEST.exitCode();
  private static final int INTERRUPTED = 130;

  private static final AtomicBoolean ENDING = new AtomicBoolean();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDING.set(true), "demitasse-ending"));
  }

  private final Console console;
  private final BooleanSupplier verbose;

  Failures(Console console, BooleanSupplier verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /** Whether the process was told to end: what goes wrong from then on does so because of that. */
  static boolean isEnding() {
    return ENDING.get();
  }

  /**
   * A command was called without its subcommand: who does that wants to know what there is. It is
   * no success all the same, so that a script whose variable is empty notices. It is no exception
   * of picocli's, whose old classes the JVM cannot keep in its archive.
   */
  static final class NoCommand extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient CommandLine command;

    NoCommand(CommandLine command) {
      super("a command is missing");
      this.command = command;
    }
  }

  /** The command line itself is wrong. */
  int misused(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    say(complaint(failure));
    console.note(
        "Try '" + command.getCommandSpec().qualifiedName() + " --help' for what it takes.");
    trace(failure);
    return BAD_REQUEST;
  }

  private static String complaint(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return lowered(plain(String.valueOf(failure.getMessage())));
    }
    String what = unmatched.isUnknownOption() ? "option" : "command";
    String argument = unmatched.getUnmatched().getFirst();
    boolean misplaced =
        what.equals("command") && failure.getCommandLine().getSubcommands().isEmpty();
    return String.format(
            Locale.ROOT,
            misplaced ? "did not expect '%s' here" : "there is no " + what + " '%s'",
            argument)
        + Suggestions.of(unmatched);
  }

  /** In words of people where picocli names types of Java. */
  private static String plain(String message) {
    return message
        .replaceFirst("is not an? (int|long)$", "is not a whole number")
        .replaceFirst("is not an? (double|float)$", "is not a number");
  }

  private static String lowered(String message) {
    return Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  /** Something failed while the command ran. */
  int failed(Throwable failure) {
    if (isEnding()) {
      // Files vanish under the feet of what still runs while the process ends.
      return INTERRUPTED;
    }
    if (failure instanceof NoCommand missing) {
      missing.command.usage(console.out());
      return BAD_REQUEST;
    }
    if (failure instanceof DemitasseException known && !ofMemory(failure)) {
      say(known.getMessage());
      trace(failure);
      return known.kind().exitCode();
    }
    DemitasseException.Kind kind = unexpected(failure);
    trace(failure);
    return kind.exitCode();
  }

  /** Says what nobody foresaw, as far as it tells itself what it is. */
  private DemitasseException.Kind unexpected(Throwable failure) {
    if (ofMemory(failure)) {
      say(
          String.format(
              Locale.ROOT,
              "the memory is not enough: at most %,d MB may be used. Give more with the environment"
                  + " variable DEMITASSE_JAVA_OPTS=-Xmx8g.",
              Runtime.getRuntime().maxMemory() / 1_000_000));
      return DemitasseException.Kind.BACKEND_FAILED;
    }
    if (failure instanceof LinkageError) {
      say(
          "a library cannot be loaded: "
              + Reason.of(failure)
              + ". 'demitasse doctor' may know more.");
      return DemitasseException.Kind.BACKEND_FAILED;
    }
    if (failure instanceof InternalError) {
      // The virtual machine says so when a mapped file has lost its end.
      say(
          "a model or data file was cut short while it was read. Bring it back whole and run"
              + " again.");
      return DemitasseException.Kind.BAD_MODEL;
    }
    say(
        "this is a bug in Demitasse: "
            + failure
            + ". Please report it, with what --verbose prints.");
    return DemitasseException.Kind.PASS_FAILED;
  }

  private static boolean ofMemory(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .limit(20)
        .anyMatch(OutOfMemoryError.class::isInstance);
  }

  private void say(String message) {
    console.note(console.bad("demitasse:") + " " + message);
  }

  private void trace(Throwable failure) {
    if (verbose.getAsBoolean()) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      console.note(trace.toString());
    }
  }
}
