package io.demitasse.media.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The files beside the tests of this package. */
public final class Resources {
  private Resources() {}

  /** The entries of an archive by name. */
  public static Map<String, byte[]> zip(String name) {
    Map<String, byte[]> files = new TreeMap<>();
    try (InputStream in = Resources.class.getResourceAsStream(name);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
