package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.ocr.Point;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pictures of text with what stands on them, listed one page a line of JSON:
 *
 * <pre>
 *   {"image":"16px/03.png", "row":"16 px, noise 20",
 *    "lines":[{"text":"a b", "box":[[x,y],[x,y],[x,y],[x,y]], "match":"label"}]}
 * </pre>
 *
 * <p>Images lie in the folder of the list or below. {@code row} and {@code match} may be missing. A
 * {@code split} such as {@code "test"} says what the page is for; other keys are left out.
 *
 * @param loaded what was taken
 * @param pages in the order of the lines
 */
public record Pages(LoadedSamples loaded, List<Page> pages) {
  /** How the lines look. */
  public static final String FORM =
      "JSON lines such as {\"image\":\"a.png\", \"lines\":[{\"text\":\"a b\", \"box\":"
          + "[[x,y],[x,y],[x,y],[x,y]]}]}";

  /** How many problems are told. */
  private static final int TOLD = 20;

  public Pages {
    pages = List.copyOf(pages);
  }

  /**
   * Reads a list and every picture it names once. A picture that cannot be read is skipped and
   * counted.
   *
   * @throws DemitasseException (bad request) with everything that is wrong with the list; when it
   *     holds no page; or when more than one picture in ten cannot be read
   */
  public static Pages read(Path list) {
    if (!Files.isRegularFile(list)) {
      throw DemitasseException.badRequest(
          "There is no list of pages " + list + "; it needs " + FORM + ".");
    }
    List<String> problems = new ArrayList<>();
    LoadedSamples.Tally tally = new LoadedSamples.Tally(list.toString());
    List<Page> pages = new ArrayList<>();
    for (Page page : parsed(list, problems)) {
      try {
        check(page, Pictures.read(page.image(), tally::note), problems);
        pages.add(page);
        tally.take();
      } catch (DemitasseException e) {
        tally.skip(page.id(), Reason.of(e));
      }
    }
    if (!problems.isEmpty()) {
      throw invalid(list, problems);
    }
    return new Pages(tally.finish(FORM), pages);
  }

  private static List<Page> parsed(Path list, List<String> problems) {
    Path folder = list.toAbsolutePath().normalize().getParent();
    if (folder == null) {
      throw new IllegalStateException(list + " is a file without a folder");
    }
    PageLines lines = new PageLines(folder, problems);
    try (InputStream in = Files.newInputStream(list)) {
      TextLines.read(in, PageLines.LONGEST, lines);
    } catch (IOException e) {
      throw LineSamples.cannotRead(list, e);
    }
    return lines.pages().stream().filter(page -> Files.isRegularFile(page.image())).toList();
  }

  private static void check(Page page, Picture picture, List<String> problems) {
    for (Page.Line line : page.lines()) {
      for (Point corner : line.box().corners()) {
        if (!(corner.x() >= 0 && corner.x() <= picture.width())
            || !(corner.y() >= 0 && corner.y() <= picture.height())) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "%s has the text '%s' at %s,%s, outside its %d x %d pixels",
                  page.id(),
                  line.text(),
                  corner.x(),
                  corner.y(),
                  picture.width(),
                  picture.height()));
          break;
        }
      }
    }
  }

  private static DemitasseException invalid(Path list, List<String> problems) {
    List<String> told = new ArrayList<>(problems.subList(0, Math.min(TOLD, problems.size())));
    if (problems.size() > TOLD) {
      told.add("and " + (problems.size() - TOLD) + " more");
    }
    return DemitasseException.badRequest(
        list
            + " is not a valid list of pages:\n  - "
            + String.join("\n  - ", told)
            + "\nIt needs "
            + FORM
            + ", images in the folder of the list.");
  }
}
