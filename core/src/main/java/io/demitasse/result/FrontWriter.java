package io.demitasse.result;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.leftover.Leftovers;
import io.demitasse.publish.Disk;
import io.demitasse.publish.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Writes several results into one new folder, whole or not at all.
 *
 * <pre>
 *   .front.demitasse-1f0c.../   1/ 2/ ... front.json front.html: made here, then named as one
 *   front/
 * </pre>
 */
public final class FrontWriter {
  private final Path folder;

  public FrontWriter(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Looks whether the folder can be made.
   *
   * @throws DemitasseException (bad request) when something has its name
   */
  public void requireFree() {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw taken();
    }
  }

  private DemitasseException taken() {
    return DemitasseException.badRequest(
        folder
            + " exists, and several results are written into a new folder: name another, or remove"
            + " it.");
  }

  /**
   * Writes everything.
   *
   * @param count of the results
   * @param result writes the result of a number, from 1 on, to a folder
   * @param texts what stands beside the results, by file name
   * @throws DemitasseException (bad request) when something has the name meanwhile; (backend
   *     failed) when the disk refuses
   */
  public void write(int count, BiConsumer<Integer, Path> result, Map<String, String> texts) {
    requireFree();
    CreatedDirectories above = null;
    Path name = folder.getFileName();
    if (name == null) {
      throw taken();
    }
    try {
      above = CreatedDirectories.above(folder);
      Path stage = new Place(folder.resolveSibling(""), name.toString()).newStage();
      Files.createDirectory(stage);
      Leftovers.deleteAtExit(stage);
      try {
        for (int number = 1; number <= count; number++) {
          result.accept(number, stage.resolve(Integer.toString(number)));
        }
        for (Map.Entry<String, String> text : texts.entrySet()) {
          Disk.LOCAL.write(
              stage.resolve(text.getKey()), text.getValue().getBytes(StandardCharsets.UTF_8));
        }
        Disk.LOCAL.move(stage, folder);
      } finally {
        Leftovers.delete(stage);
      }
    } catch (FileAlreadyExistsException e) {
      throw taken();
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          String.format(Locale.ROOT, "Cannot write %s: %s.", folder, Reason.of(e)), e);
    } finally {
      if (above != null) {
        above.remove();
      }
    }
  }
}
