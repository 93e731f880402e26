package io.demitasse.evaluate;

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

/**
 * Keeps outputs of runs: on the heap while they are a small share of it, beyond that in temporary
 * files without names, which are mapped and vanish when nothing reads them any more. Several
 * threads may keep at once.
 */
public final class KeptOutputs {
  /** Smaller tensors are not worth a file of their own. */
  private static final long SMALL = 1 << 14;

  /** The share of the heap that outputs may take. */
  private static final int SHARE = 16;

  private long room;

  public KeptOutputs() {
    this(java.lang.Runtime.getRuntime().maxMemory() / SHARE);
  }

  /**
   * @param bytes to keep on the heap at most, beside small tensors
   */
  KeptOutputs(long bytes) {
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
    boolean stays =
        tensor.dataType() == DataType.STRING || tensor.byteSize() < SMALL || fits(tensor);
    return stays ? tensor : mapped(tensor);
  }

  private synchronized boolean fits(Tensor tensor) {
    boolean fits = tensor.byteSize() <= room;
    room -= fits ? tensor.byteSize() : 0;
    return fits;
  }

  private static Tensor mapped(Tensor tensor) {
    try {
      Path file = Files.createTempFile("demitasse-", ".output");
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        // Mapped for writing, the pages go to the file as the system sees fit.
        MemorySegment content =
            channel.map(MapMode.READ_WRITE, 0, tensor.byteSize(), Arena.ofAuto());
        content.copyFrom(tensor.bytes());
        return Tensor.of(tensor.dataType(), tensor.sizes(), content);
      }
    } catch (IOException | InternalError e) {
      throw DemitasseException.backendFailed(
          "Cannot keep an output of "
              + tensor.byteSize()
              + " bytes in a temporary file: "
              + Reason.of(e)
              + ". Make room or set java.io.tmpdir to another place.",
          e);
    }
  }
}
