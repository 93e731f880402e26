package io.demitasse.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that runs a class of this program in a Java machine of its own, for what would harm
 * or disturb the one that asks.
 *
 * @param main has the main method
 * @param flags of the Java machine, beside those that all need
 */
public record JavaCommand(Class<?> main, List<String> flags) {
  public JavaCommand {
    flags = List.copyOf(flags);
  }

  /** A process that is ready to start, with the class path of this one. */
  public ProcessBuilder with(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-XX:+UseSerialGC");
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // Flags that are meant for the machine that asks; each machine tells of them on its output.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder;
  }
}
