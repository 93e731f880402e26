package io.demitasse.leftover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What must not outlive the process, however it ends short of being killed: temporary files and
 * folders, and places that are held. One shutdown hook knows all that is open, and forgets what is
 * closed, so that nothing accumulates in a process that goes on for months.
 */
public final class Leftovers {
  /** By what it is about, in the order of opening. */
  private static final Map<Object, Runnable> OPEN = new LinkedHashMap<>();

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::endAll, "demitasse-leftovers"));
    } catch (IllegalStateException e) {
      // The process is ending already: what is opened now is closed by those who open it, or stays.
    }
  }

  private Leftovers() {}

  /**
   * Has work done when the process ends, unless its owner is forgotten before. What was opened last
   * is ended first.
   *
   * @param owner what the work is about; has one piece of work at a time
   */
  public static void atExit(Object owner, Runnable work) {
    synchronized (OPEN) {
      OPEN.put(owner, work);
    }
  }

  /** The work for an owner is done or no longer needed. */
  public static void forget(Object owner) {
    synchronized (OPEN) {
      OPEN.remove(owner);
    }
  }

  /** Has a file, or a folder with all in it, deleted when the process ends. */
  public static void deleteAtExit(Path path) {
    atExit(path, () -> delete(path));
  }

  /**
   * Deletes a file, or a folder with all in it, if it is still there. What cannot be deleted now is
   * tried again when the process ends.
   */
  public static void delete(Path path) {
    try (Stream<Path> inside = Files.exists(path) ? Files.walk(path) : Stream.empty()) {
      if (inside.sorted(Comparator.reverseOrder()).filter(each -> !isDeleted(each)).count() == 0) {
        forget(path);
      } else {
        deleteAtExit(path);
      }
    } catch (IOException | UncheckedIOException e) {
      deleteAtExit(path);
    }
  }

  /** How many things are open. */
  public static int count() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  private static boolean isDeleted(Path path) {
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void endAll() {
    List<Runnable> open;
    synchronized (OPEN) {
      open = List.copyOf(OPEN.values()).reversed();
    }
    for (Runnable work : open) {
      try {
        work.run();
      } catch (RuntimeException e) {
        // The others still want to be ended, and there is nobody left to tell.
      }
    }
  }
}
