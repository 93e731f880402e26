package io.demitasse.publish;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Renaming as the system's C library offers it and Java does not. */
enum Rename {
  /** Fails where the new name is taken. */
  WITHOUT_REPLACING(1, 4),
  /** Both exist and take each other's place. */
  EXCHANGE(2, 2);

  /** Numbers of errors that Linux and macOS have in common. */
  private static final int EXISTS = 17;

  private static final int OTHER_DISK = 18;
  private static final int NO_SUCH_FILE = 2;
  private static final int NOT_PERMITTED = 1;
  private static final int ACCESS = 13;
  private static final int BUSY = 16;
  private static final int NO_SPACE = 28;
  private static final int READ_ONLY = 30;

  /** The working folder, for paths that are not absolute; ours are. */
  private static final int CURRENT_FOLDER = -100;

  private static final boolean LINUX = is("linux");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERROR =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final @Nullable MethodHandle FUNCTION = function();

  private final int linux;
  private final int mac;

  Rename(int linux, int mac) {
    this.linux = linux;
    this.mac = mac;
  }

  private static boolean is(String system) {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith(system);
  }

  @SuppressWarnings("restricted") // Calling C is what native access was enabled for.
  private static @Nullable MethodHandle function() {
    if (!LINUX && !is("mac")) {
      return null;
    }
    FunctionDescriptor type =
        LINUX
            ? FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT)
            : FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT);
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> address =
        linker.defaultLookup().find(LINUX ? "renameat2" : "renamex_np");
    return address
        .map(found -> linker.downcallHandle(found, type, Linker.Option.captureCallState("errno")))
        .orElse(null);
  }

  /**
   * Renames.
   *
   * @return false, with nothing changed, where system or disk cannot do it
   */
  boolean run(Path from, Path to) throws IOException {
    MethodHandle function = FUNCTION;
    if (function == null || !from.getFileSystem().equals(FileSystems.getDefault())) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment old = arena.allocateFrom(from.toAbsolutePath().toString());
      MemorySegment next = arena.allocateFrom(to.toAbsolutePath().toString());
      int status =
          LINUX
              ? (int) function.invokeExact(state, CURRENT_FOLDER, old, CURRENT_FOLDER, next, linux)
              : (int) function.invokeExact(state, old, next, mac);
      return status == 0 || failed((int) ERROR.get(state, 0L), from, to);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("renaming cannot be called", e);
    }
  }

  /** Says what is known for certain; anything else may be a disk that lacks the function. */
  private static boolean failed(int error, Path from, Path to) throws IOException {
    String reason =
        switch (error) {
          case EXISTS -> throw new FileAlreadyExistsException(to.toString());
          case NO_SUCH_FILE -> "one of the two is missing";
          case NOT_PERMITTED, ACCESS -> "permission is missing";
          case BUSY -> "it is in use";
          case OTHER_DISK -> "they lie on different disks";
          case NO_SPACE -> "the disk is full";
          case READ_ONLY -> "the disk is read-only";
          default -> "";
        };
    if (reason.isEmpty()) {
      return false;
    }
    throw new FileSystemException(from.toString(), to.toString(), reason);
  }
}
