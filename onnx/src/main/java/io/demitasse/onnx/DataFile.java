package io.demitasse.onnx;

/** Hands out places in a data file: large weights begin a page, others a line of the cache. */
final class DataFile {
  private static final long PAGE = 4096;
  private static final long CACHE_LINE = 64;
  private static final long PAGE_ALIGNED_FROM_BYTES = 1 << 20;

  private final String name;
  private long end;

  /**
   * @param name without folder
   */
  DataFile(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** How long the file is so far. */
  long bytes() {
    return end;
  }

  /** The offset of a place that is this long. */
  long reserve(long bytes) {
    long alignment = bytes >= PAGE_ALIGNED_FROM_BYTES ? PAGE : CACHE_LINE;
    long offset = Math.ceilDiv(end, alignment) * alignment;
    end = offset + bytes;
    return offset;
  }
}
