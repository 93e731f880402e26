package io.demitasse.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another without reading it; renaming keeps it. Links are not
 * followed. A folder is the same whatever is put into it.
 *
 * @param key names the file itself, whatever it is called; null where there is none such
 */
public record Stat(@Nullable Object key, long bytes, long modifiedNanos, boolean exists) {
  public static final Stat ABSENT = new Stat(null, 0, 0, false);

  public static Stat of(Path path) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isDirectory()
          ? new Stat(found.fileKey(), 0, 0, true)
          : new Stat(
              found.fileKey(),
              found.size(),
              found.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              true);
    } catch (NoSuchFileException e) {
      return ABSENT;
    }
  }
}
