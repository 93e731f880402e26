package io.demitasse.passes.clean;

import io.demitasse.error.Cancellation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A tensor to be compared with many others: content is read only where type and sizes agree, and
 * compared bit by bit only where checksums agree.
 */
final class WeightContent {
  private static final long BLOCK_BYTES = 1 << 20;

  private final Tensor tensor;
  private long checksum = -1;

  /** What tensors have in common that may be equal. */
  record Form(DataType type, List<Long> sizes) {
    static Form of(Tensor tensor) {
      return new Form(tensor.dataType(), Arrays.stream(tensor.sizes()).boxed().toList());
    }
  }

  WeightContent(Tensor tensor) {
    this.tensor = tensor;
  }

  Tensor tensor() {
    return tensor;
  }

  Form form() {
    return Form.of(tensor);
  }

  /** Whether both hold the same bits; their forms are the same. */
  boolean equalTo(WeightContent other) {
    return tensor == other.tensor
        || (checksum() == other.checksum() && tensor.contentEquals(other.tensor));
  }

  private long checksum() {
    if (checksum < 0) {
      checksum = tensor.dataType() == DataType.STRING ? 0 : checksum(tensor.bytes());
    }
    return checksum;
  }

  /**
   * Over copies: where a mapped file has been cut short, copying fails as an exception, while
   * native code that sums up the mapping itself would end the process.
   */
  private static long checksum(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    byte[] block = new byte[(int) Math.min(BLOCK_BYTES, bytes.byteSize())];
    for (long at = 0; at < bytes.byteSize(); at += BLOCK_BYTES) {
      Cancellation.check();
      int length = (int) Math.min(BLOCK_BYTES, bytes.byteSize() - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, block, 0, length);
      crc.update(block, 0, length);
    }
    return crc.getValue();
  }
}
