package io.demitasse.app.console;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What is known of the terminal that standard error is shown on. */
final class Terminal {
  static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** Numbers that ask for the size of a window, by operating system. */
  private static final long LINUX_SIZE = 0x5413;

  private static final long OTHER_SIZE = 0x40087468;

  private static final @Nullable MethodHandle CONTROL = control();

  private Terminal() {}

  /**
   * Whether a line may be drawn over: someone watches a terminal that can do it.
   *
   * @param environment variables of this process
   */
  static boolean isWatched(Map<String, String> environment) {
    return allows(environment) && (isWindows() ? isConsole() : columns().isPresent());
  }

  /**
   * A terminal that cannot move its cursor, and a log that is read afterwards, want plain lines.
   */
  static boolean allows(Map<String, String> environment) {
    String kind = environment.getOrDefault("TERM", isWindows() ? "windows" : "");
    String integration = environment.getOrDefault("CI", "");
    return !kind.isEmpty()
        && !kind.equals("dumb")
        && (integration.isEmpty() || integration.equals("false"));
  }

  /** How wide the terminal is now; empty when there is none, or nobody knows. */
  static OptionalInt columns() {
    return columns(STANDARD_ERROR);
  }

  /** The same of the terminal that a file descriptor is shown on. */
  static OptionalInt columns(int descriptor) {
    MethodHandle control = CONTROL;
    if (control == null) {
      return OptionalInt.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      // Rows, columns and two sizes in pixels, of 16 bits each.
      MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4);
      int answer = (int) control.invokeExact(descriptor, request(), size);
      int columns = Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1));
      // Terminals without a window, such as serial lines, say 0.
      return answer == 0 ? OptionalInt.of(columns == 0 ? 80 : columns) : OptionalInt.empty();
    } catch (Throwable failure) {
      return OptionalInt.empty();
    }
  }

  @SuppressWarnings("restricted") // Calling C is what native access was enabled for.
  private static @Nullable MethodHandle control() {
    if (isWindows()) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> ioctl = linker.defaultLookup().find("ioctl");
    return ioctl
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2)))
        .orElse(null);
  }

  private static long request() {
    return System.getProperty("os.name", "").startsWith("Linux") ? LINUX_SIZE : OTHER_SIZE;
  }

  private static boolean isWindows() {
    return System.getProperty("os.name", "").startsWith("Windows");
  }

  @SuppressWarnings(
      "SystemConsoleNull") // whether it may be null has changed with each JDK since 22
  private static boolean isConsole() {
    java.io.Console console = System.console();
    return console != null && console.isTerminal();
  }
}
