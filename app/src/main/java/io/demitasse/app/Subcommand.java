package io.demitasse.app;

import io.demitasse.app.console.Console;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The subcommands, in the order help lists them.
 *
 * <p>Reading the options of a subcommand takes longer than most answers, so only the one that was
 * asked for is built; an outline of the others does for help and for suggestions.
 */
enum Subcommand {
  INSPECT(InspectCommand.class),
  COMPRESS(CompressCommand.class),
  TUNE(TuneCommand.class),
  DISTILL(DistillCommand.class),
  EVALUATE(EvaluateCommand.class),
  BENCH(BenchCommand.class),
  COMPARE(CompareCommand.class),
  PASSES(PassesCommand.class),
  RECIPE(RecipeCommand.class),
  DOCTOR(DoctorCommand.class),
  NEW(NewCommand.class),
  EXTRACT(ExtractCommand.class),
  DEMO(DemoCommand.class),
  COMPLETION(CompletionCommand.class);

  private final Class<?> type;

  Subcommand(Class<?> type) {
    this.type = type;
  }

  /** The subcommand that a command line names; none when it names none or one that is unknown. */
  static List<Subcommand> asked(String... arguments) {
    return Stream.of(arguments)
        .filter(argument -> !argument.startsWith("-"))
        .limit(1)
        .flatMap(
            argument -> Stream.of(values()).filter(each -> each.commandName().equals(argument)))
        .toList();
  }

  String commandName() {
    return name().toLowerCase(Locale.ROOT);
  }

  Runnable make(Console console) {
    return switch (this) {
      case INSPECT -> new InspectCommand(console);
      case COMPRESS -> new CompressCommand(console);
      case TUNE -> new TuneCommand(console);
      case DISTILL -> new DistillCommand(console);
      case EVALUATE -> new EvaluateCommand(console);
      case BENCH -> new BenchCommand(console);
      case COMPARE -> new CompareCommand(console);
      case PASSES -> new PassesCommand(console);
      case RECIPE -> new RecipeCommand(console);
      case DOCTOR -> new DoctorCommand(console);
      case NEW -> new NewCommand(console);
      case EXTRACT -> new ExtractCommand(console);
      case DEMO -> new DemoCommand(console);
      case COMPLETION -> new CompletionCommand(console);
    };
  }

  /** What it is for, without its options. */
  CommandSpec outline() {
    CommandSpec outline = CommandSpec.create().name(commandName());
    outline.usageMessage().description(type.getAnnotation(Command.class).description());
    return outline;
  }
}
