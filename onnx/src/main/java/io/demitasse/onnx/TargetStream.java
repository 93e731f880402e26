package io.demitasse.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;

/** Writes to a target from its start. */
final class TargetStream extends OutputStream {
  private final Target target;
  private long position;

  TargetStream(Target target) {
    this.target = target;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    target.put(position, MemorySegment.ofArray(bytes).asSlice(offset, length));
    position += length;
  }
}
