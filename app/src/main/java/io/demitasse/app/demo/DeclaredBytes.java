package io.demitasse.app.demo;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What an archive holds of a file, which ends with an error where it goes on behind what it says.
 */
final class DeclaredBytes extends FilterInputStream {
  private long left;

  DeclaredBytes(InputStream content, long declared) {
    super(content);
    left = declared;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    return value < 0 ? value : (int) passed(value, 1);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    return count < 0 ? count : (int) passed(count, count);
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    return passed(skipped, skipped);
  }

  private long passed(long answer, long bytes) throws IOException {
    left -= bytes;
    if (left < 0) {
      throw new IOException("an entry is longer than its archive says");
    }
    return answer;
  }
}
