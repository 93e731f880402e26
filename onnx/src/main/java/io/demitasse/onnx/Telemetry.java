package io.demitasse.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Switches off what ONNX Runtime reports home, before its library is loaded.
 *
 * <p>Demitasse sends nothing anywhere. From 1.29 on ONNX Runtime does, unless the environment says
 * otherwise when it starts; it also reads the whole command line for that, on a stack that a long
 * Java class path overflows, which ends the process without a word. The Java API can only ask
 * later, so the variable is set in this process.
 */
final class Telemetry {
  /** The name that 1.29 knows, and the one of later versions. */
  private static final List<String> SWITCHES =
      List.of("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED");

  private Telemetry() {}

  /**
   * Sets the switches; on systems without {@code setenv} the runtime reports by other means and
   * nothing is done.
   */
  @SuppressWarnings("restricted") // Calling C is what native access was enabled for.
  static void switchOff() {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("setenv")
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT)))
        .ifPresent(Telemetry::set);
  }

  private static void set(MethodHandle setenv) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment on = arena.allocateFrom("1");
      for (String name : SWITCHES) {
        int status = (int) setenv.invokeExact(arena.allocateFrom(name), on, 1);
        if (status != 0) {
          throw new IllegalStateException("setenv refused " + name);
        }
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv cannot be called", e);
    }
  }
}
