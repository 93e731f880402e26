package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * What files take when they are stored in an archive: the bytes that DEFLATE makes of them (RFC
 * 1951), which ZIP, gzip and most images of containers are made with.
 */
public final class ArchiveSize {
  private static final int BUFFER = 1 << 16;

  private ArchiveSize() {}

  /** Bytes of some files together, without what an archive adds for their names. */
  public static long of(Collection<Path> files) {
    return files.stream().mapToLong(ArchiveSize::of).sum();
  }

  /** Bytes of one file. */
  public static long of(Path file) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try (InputStream in = Files.newInputStream(file)) {
      try (OutputStream out =
          new DeflaterOutputStream(OutputStream.nullOutputStream(), deflater, BUFFER)) {
        in.transferTo(out);
      }
      return deflater.getBytesWritten();
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot read " + file + ": " + Reason.of(e), e);
    } finally {
      deflater.end();
    }
  }
}
