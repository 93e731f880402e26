package io.demitasse.stored;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps outputs of runs: on the heap while they are a small share of it, beyond that in temporary
 * files without names, which are mapped and vanish when nothing reads them any more. Several
 * threads may keep at once.
 */
public final class KeptTensors {
  /** Bytes of a file that tensors share; one that takes more than a quarter has its own. */
  private static final long SHARED = 1 << 24;

  private static final long ALIGNMENT = 64;

  /** The share of the heap that outputs may take. */
  private static final int SHARE = 16;

  private long room;
  private @Nullable MemorySegment shared;
  private long used;

  public KeptTensors() {
    this(java.lang.Runtime.getRuntime().maxMemory() / SHARE);
  }

  /**
   * @param bytes to keep on the heap at most, beside texts
   */
  KeptTensors(long bytes) {
    this.room = bytes;
  }

  /** The same outputs, none of which has to stay where it is. */
  public Map<String, Tensor> keep(Map<String, Tensor> outputs) {
    Map<String, Tensor> kept = new LinkedHashMap<>();
    outputs.forEach((name, tensor) -> kept.put(name, keep(tensor)));
    return kept;
  }

  /** The same tensor, which has not to stay where it is. */
  public Tensor keep(Tensor tensor) {
    if (tensor.dataType() == DataType.STRING || fits(tensor)) {
      return tensor;
    }
    MemorySegment content = place(tensor.byteSize());
    try {
      content.copyFrom(tensor.bytes());
    } catch (InternalError e) {
      // A page of the file that the disk has no room for.
      throw failed(tensor.byteSize(), e);
    }
    return Tensor.of(tensor.dataType(), tensor.sizes(), content);
  }

  private synchronized boolean fits(Tensor tensor) {
    boolean fits = tensor.byteSize() <= room;
    room -= fits ? tensor.byteSize() : 0;
    return fits;
  }

  /** Where so many bytes go: into the shared file, of which another is begun when it is full. */
  private synchronized MemorySegment place(long bytes) {
    if (bytes > SHARED / 4) {
      return mapped(bytes);
    }
    long start = (used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (shared == null || start + bytes > SHARED) {
      shared = mapped(SHARED);
      start = 0;
    }
    used = start + bytes;
    return shared.asSlice(start, bytes);
  }

  private static MemorySegment mapped(long bytes) {
    try {
      Path file = Files.createTempFile("demitasse-", ".output");
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        // Mapped for writing, the pages go to the file as the system sees fit.
        return channel.map(MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
      }
    } catch (IOException e) {
      throw failed(bytes, e);
    }
  }

  private static DemitasseException failed(long bytes, Throwable cause) {
    return DemitasseException.backendFailed(
        "Cannot keep an output of "
            + bytes
            + " bytes in a temporary file: "
            + Reason.of(cause)
            + ". Make room or set java.io.tmpdir to another place.",
        cause);
  }
}
