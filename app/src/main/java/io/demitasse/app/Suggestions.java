package io.demitasse.app;

import io.demitasse.error.Nearest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** What was probably meant by a command or an option that does not exist. */
final class Suggestions {
  /** What other tools call their commands, by what does it here. */
  private static final Map<String, List<String>> ELSEWHERE =
      Map.of(
          "compress",
          List.of(
              "quantize",
              "quantise",
              "quant",
              "optimize",
              "optimise",
              "optimizer",
              "prune",
              "distill",
              "convert",
              "shrink",
              "minimize",
              "reduce",
              "simplify",
              "fuse",
              "export",
              "run"),
          "inspect",
          List.of("info", "show", "view", "describe", "summary", "analyze", "init", "ls", "print"),
          "bench",
          List.of("benchmark", "time", "timing", "profile", "perf", "measure", "speed"),
          "evaluate",
          List.of("eval", "test", "accuracy", "score", "validate", "verify"),
          "compare",
          List.of("diff", "versus", "vs"),
          "recipe",
          List.of("recipes", "plan", "config", "check"),
          "passes",
          List.of("pass", "list", "transforms", "techniques"),
          "new",
          List.of("create", "build", "generate", "make", "zoo"),
          "extract",
          List.of("cut", "slice", "split", "keep-outputs", "subgraph"),
          "doctor",
          List.of("env", "health", "system", "diagnose"));

  private Suggestions() {}

  /** The end of a message about an unknown command or option. */
  static String of(UnmatchedArgumentException failure) {
    String written = failure.getUnmatched().getFirst();
    CommandLine command = failure.getCommandLine();
    return failure.isUnknownOption()
        ? Nearest.suggestion(
            written.split("=", 2)[0], command.getCommandSpec().optionsMap().keySet(), "")
        : command(written, command);
  }

  private static String command(String written, CommandLine command) {
    String wanted = written.toLowerCase(Locale.ROOT);
    boolean isMain = command.getParent() == null;
    return ELSEWHERE.entrySet().stream()
        .filter(entry -> isMain && entry.getValue().contains(wanted))
        .map(entry -> "; '" + entry.getKey() + "' does that")
        .findFirst()
        .orElseGet(() -> Nearest.suggestion(written, command.getSubcommands().keySet(), ""));
  }
}
