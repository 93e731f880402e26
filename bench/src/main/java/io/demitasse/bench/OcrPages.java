package io.demitasse.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Renders the pages on which reading is measured, and others to calibrate on, with exact truth. The
 * same seed, sentences and fonts give the same pixels; fonts of another version do not, which is
 * why the pages are kept and not made anew.
 *
 * <p>Arguments: {@code --seed N} and {@code --output FOLDER}, both optional; by default into {@code
 * target/ocr}. With {@code --train FILE} pages to train on are made instead, of the words of that
 * text.
 */
public final class OcrPages {
  private static final int EVALUATION_LINES = 500;
  private static final int CALIBRATION_PAGES = 5;
  private static final int TRAINING_PAGES = 14;
  private static final List<OcrRow> SENTENCES =
      List.of(OcrRow.CLEAN, OcrRow.SMALL, OcrRow.SMALLEST, OcrRow.ROTATED);

  private final long seed;
  private final OcrFolder folder;

  private OcrPages(long seed, OcrFolder folder) {
    this.seed = seed;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    System.setProperty("java.awt.headless", "true");
    long seed = Long.parseLong(argument(arguments, "--seed", "4"));
    Path output = Path.of(argument(arguments, "--output", "target/ocr"));
    String training = argument(arguments, "--train", "");
    if (!training.isEmpty()) {
      OcrFolder folder = new OcrFolder(output);
      new OcrPages(seed, folder).sentences(OcrText.of(Path.of(training)), "", TRAINING_PAGES);
      folder.list("training.jsonl");
      return;
    }
    OcrFolder evaluation = new OcrFolder(output);
    new OcrPages(seed, evaluation).evaluation();
    evaluation.list("pages.jsonl");
    OcrFolder calibration = new OcrFolder(output);
    new OcrPages(seed, calibration)
        .sentences(OcrText.of("calibration.txt"), "calibration/", CALIBRATION_PAGES);
    calibration.list("calibration.jsonl");
  }

  private static String argument(String[] arguments, String name, String otherwise) {
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("Expected pairs: --seed N, --output FOLDER, --train FILE");
    }
    String value = otherwise;
    for (int i = 0; i < arguments.length; i += 2) {
      if (!List.of("--seed", "--output", "--train").contains(arguments[i])) {
        throw new IllegalArgumentException("Unknown argument " + arguments[i]);
      }
      value = arguments[i].equals(name) ? arguments[i + 1] : value;
    }
    return value;
  }

  private void evaluation() throws IOException {
    OcrText text = OcrText.of("sentences.txt");
    for (OcrRow row : SENTENCES) {
      render(row, "", sentences(row, text, Math.ceilDiv(EVALUATION_LINES, row.linesAPage())));
    }
    render(OcrRow.QUERIES, "", OcrText.queries(OcrRow.QUERIES.linesAPage()));
  }

  /** As many pages of each row, all of sentences. */
  private void sentences(OcrText text, String parent, int pages) throws IOException {
    for (OcrRow row : SENTENCES) {
      render(row, parent, sentences(row, text, pages));
    }
    render(OcrRow.QUERIES, parent, sentences(OcrRow.QUERIES, text, pages));
  }

  private List<List<OcrText.Line>> sentences(OcrRow row, OcrText text, int pages) {
    List<List<OcrText.Line>> result = new ArrayList<>();
    for (int i = 0; i < pages; i++) {
      result.add(text.page(row.linesAPage(), random(row.name() + i)));
    }
    return result;
  }

  private void render(OcrRow row, String parent, List<List<OcrText.Line>> pages)
      throws IOException {
    OcrLayout layout = new OcrLayout(row);
    for (int i = 0; i < pages.size(); i++) {
      String image = String.format(Locale.ROOT, "%s%s/%02d.png", parent, row.folder(), i + 1);
      RandomGenerator random = random(image);
      OcrLayout.Page page = layout.draw(pages.get(i), i, random);
      folder.add(image, row, page, OcrNoise.scan(page.image(), row.noise(), random));
    }
  }

  /** Each page draws from numbers of its own, so that a change to one leaves the others alone. */
  private RandomGenerator random(String of) {
    return new SplittableRandom(31 * seed + of.hashCode());
  }
}
