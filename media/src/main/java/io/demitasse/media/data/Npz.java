package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Named arrays in a zip archive, as NumPy's {@code savez} and {@code savez_compressed} write them:
 * an array {@code x} is the entry {@code x.npy}.
 */
public final class Npz {
  private static final String SUFFIX = ".npy";
  private static final int MOST_ARRAYS = 1000;

  private Npz() {}

  /**
   * Reads a file; all arrays together may take {@link Npy#LARGEST} bytes.
   *
   * @throws DemitasseException (bad request) when it is no such archive, naming the entry; the
   *     message does not name the file
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      if (entries.size() > MOST_ARRAYS) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "holds %,d entries, at most %,d are taken",
                entries.size(),
                MOST_ARRAYS));
      }
      Map<String, Tensor> arrays = new LinkedHashMap<>();
      long left = Npy.LARGEST;
      for (ZipEntry entry : entries) {
        byte[] bytes = content(zip, entry, left);
        left -= bytes.length;
        if (arrays.put(name(entry), array(entry, bytes)) != null) {
          throw DemitasseException.badRequest("holds " + entry.getName() + " twice");
        }
      }
      return arrays;
    } catch (ZipException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST, "is no .npz file: " + Reason.of(e), e);
    }
  }

  private static String name(ZipEntry entry) {
    String name = entry.getName();
    if (!name.endsWith(SUFFIX) || name.length() == SUFFIX.length()) {
      throw DemitasseException.badRequest(
          "holds an entry '" + name + "', expected arrays named NAME.npy");
    }
    return name.substring(0, name.length() - SUFFIX.length());
  }

  /** What an entry says of its size is not believed: no more than is left is ever read. */
  private static byte[] content(ZipFile zip, ZipEntry entry, long left) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      int limit = (int) left + 1;
      byte[] bytes = in.readNBytes(limit);
      if (bytes.length == limit) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "holds more than %,d bytes of arrays, which is the most that is taken",
                Npy.LARGEST));
      }
      return bytes;
    }
  }

  private static Tensor array(ZipEntry entry, byte[] bytes) {
    try {
      return Npy.read(bytes);
    } catch (DemitasseException e) {
      throw new DemitasseException(e.kind(), "entry " + entry.getName() + " " + e.getMessage(), e);
    }
  }

  /** Writes arrays; an existing file is replaced. */
  public static void write(Map<String, Tensor> arrays, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + SUFFIX));
        zip.write(Npy.bytes(array.getValue()));
        zip.closeEntry();
      }
    }
  }
}
