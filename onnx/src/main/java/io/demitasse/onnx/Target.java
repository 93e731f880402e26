package io.demitasse.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/** Where the bytes of a file go, from several threads to different places. */
sealed interface Target {

  void put(long position, MemorySegment bytes) throws IOException;

  /**
   * A place to compute into, zero at first.
   *
   * @param arena how long the place stays open
   */
  MemorySegment region(long position, long size, Arena arena) throws IOException;

  /** Sees to it that what was computed into a region has arrived. */
  void settle(MemorySegment region);

  /**
   * A file.
   *
   * @param durable whether content is forced to the disk, or only has to be seen by this machine
   *     while it runs
   */
  record InFile(FileChannel channel, boolean durable) implements Target {
    /** Heap memory is copied on its way into a channel, so it goes in pieces. */
    private static final int PIECE = 1 << 20;

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[PIECE]).asReadOnly();

    @Override
    public void put(long position, MemorySegment bytes) throws IOException {
      for (long done = 0; done < bytes.byteSize(); done += PIECE) {
        ByteBuffer piece =
            bytes.asSlice(done, Math.min(PIECE, bytes.byteSize() - done)).asByteBuffer();
        while (piece.hasRemaining()) {
          channel.write(piece, position + done + piece.position());
        }
      }
    }

    /**
     * The zeros are really written: a full disk must fail here and not, as a fault of the process,
     * in the mapping.
     */
    @Override
    public MemorySegment region(long position, long size, Arena arena) throws IOException {
      zero(position, size);
      return channel.map(MapMode.READ_WRITE, position, size, arena);
    }

    @Override
    public void settle(MemorySegment region) {
      if (durable) {
        region.force();
      }
    }

    private void zero(long position, long size) throws IOException {
      for (long done = 0; done < size; done += PIECE) {
        put(position + done, ZEROS.asSlice(0, Math.min(PIECE, size - done)));
      }
    }
  }

  /** A piece of native memory, which is zero at first. */
  record InMemory(MemorySegment memory) implements Target {
    @Override
    public void put(long position, MemorySegment bytes) {
      MemorySegment.copy(bytes, 0, memory, position, bytes.byteSize());
    }

    @Override
    public MemorySegment region(long position, long size, Arena arena) {
      return memory.asSlice(position, size);
    }

    @Override
    public void settle(MemorySegment region) {
      // It is in its place already.
    }
  }
}
