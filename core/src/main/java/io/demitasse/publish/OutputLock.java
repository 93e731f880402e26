package io.demitasse.publish;

import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file beside a place that is locked as long as one run writes there. The system lifts the lock
 * when the process ends, however it ends, so a file that is left over is no obstacle.
 *
 * <p>Making the file also shows that files can be made there, and that the disk takes some bytes.
 */
public final class OutputLock implements AutoCloseable {
  private static final String MARK = "locked by a run of Demitasse\n";
  private static final int SMALLEST = 4096;
  private static final int ATTEMPTS = 5;

  /**
   * The locks of this process. Closing a second channel to a locked file would lift the lock, so
   * none is opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private OutputLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a place.
   *
   * @throws IOException when no file can be made there
   * @throws DemitasseException (bad request) when another run has the lock
   */
  public static OutputLock take(Place place) throws IOException {
    Path file = place.lock();
    if (!HELD.add(file)) {
      throw taken(place);
    }
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        FileChannel channel = create(file);
        if (channel != null) {
          return new OutputLock(file, channel);
        }
        if (!removed(file)) {
          break;
        }
      }
      throw taken(place);
    } catch (IOException | RuntimeException | Error e) {
      HELD.remove(file);
      throw e;
    }
  }

  /** The file that is locked, which this process has made. */
  public Path file() {
    return file;
  }

  private static DemitasseException taken(Place place) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "Another run of Demitasse is writing to %s. Wait until it has ended, or choose another"
                + " destination.",
            place.home().resolve(place.name())));
  }

  /** A new file with the lock on it; null when there is a file already. */
  private static @Nullable FileChannel create(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      return null;
    }
    try {
      ByteBuffer content = content();
      while (content.hasRemaining()) {
        channel.write(content);
      }
      if (isLocked(channel)) {
        return channel;
      }
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    channel.close();
    return null;
  }

  /** Of random length: by it one lock file is told from another of the same name. */
  private static ByteBuffer content() {
    int length = SMALLEST + ThreadLocalRandom.current().nextInt(1 << 16);
    String text = MARK + " ".repeat(length - MARK.length());
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Removes the file of a run that has ended; nothing is ever written to one that is there.
   *
   * @return whether there is room now
   */
  private static boolean removed(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw inTheWay(file);
    }
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      requireOurs(channel, file);
      if (!isLocked(channel)) {
        return false;
      }
      // Its name may by now be that of a younger file, which is not ours to remove.
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == channel.size()) {
        Files.delete(file);
      }
      return true;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private static void requireOurs(FileChannel channel, Path file) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(MARK.length());
    channel.read(start, 0);
    String found = new String(start.array(), 0, start.position(), StandardCharsets.US_ASCII);
    if (!MARK.startsWith(found)) {
      throw inTheWay(file);
    }
  }

  private static IOException inTheWay(Path file) {
    return new IOException(
        file + " is in the way and was not written by Demitasse; move it elsewhere");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Removes the file and lifts the lock. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A file that is left over is no obstacle to the next run.
    } finally {
      HELD.remove(file);
    }
  }
}
