package io.demitasse.torch.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

/** What was freed between what is still used comes back to the system. */
@SuppressWarnings("restricted") // of malloc and free
@Isolated("looks at the memory of the whole process")
final class FreedMemoryTest {
  /** Too small to be taken from the system by itself. */
  private static final long PIECE = 64 << 10;

  private static final int PIECES = 8000;

  private static MethodHandle function(String name, FunctionDescriptor kind) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), kind);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void holesBetweenUsedPiecesAreGivenBack() throws Throwable {
    MethodHandle malloc =
        function("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    MethodHandle free = function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    List<MemorySegment> pieces = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      MemorySegment piece = (MemorySegment) malloc.invokeExact(PIECE);
      pieces.add(piece.reinterpret(PIECE).fill((byte) 1));
    }
    for (int i = 0; i < PIECES; i++) {
      if (i % 16 != 15) {
        free.invokeExact(pieces.get(i));
      }
    }
    long before = FreedMemory.resident();

    FreedMemory.giveBack();

    assertThat(before - FreedMemory.resident()).isGreaterThan(PIECES * PIECE / 2);
    for (int i = 15; i < PIECES; i += 16) {
      free.invokeExact(pieces.get(i));
    }
  }
}
