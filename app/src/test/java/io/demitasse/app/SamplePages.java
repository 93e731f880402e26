package io.demitasse.app;

import io.demitasse.evaluate.Example;
import io.demitasse.report.Report;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/** Pages of text as an OCR task shows them: words as bars, so that no font is needed. */
final class SamplePages {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 420;
  private static final int MARGIN = 40;
  private static final int LEADING = 34;

  private SamplePages() {}

  /** Lines that became worse and better, were lost and found, attack, and did not change. */
  static List<Report.Shown> pages() {
    return List.of(
        page(
            "notes, 16 px, noisy",
            List.of(
                line("The ferry leaves at half past seven."),
                line(
                    "Bring 12 lanterns and a rnap.",
                    "Bring 12 lantems and a map.",
                    "Bring 12 lanterns and a map."),
                line("Nobody had told the clerk.", "", "Nobody had told the clerk."),
                line(
                    "Rain is expected ovemight.",
                    "Rain is expected overnight.",
                    "Rain is expected overnight."),
                line("Keys hang behind the door."),
                line("", "Please ring twice.", "Please ring twice."),
                line(SampleReport.HOSTILE, SampleReport.HOSTILE + "!", ""))),
        page(
            SampleReport.HOSTILE,
            List.of(
                line("Total 148.20", "Total 143.20", "Total 148.20"),
                line("Thank you for your visit"))),
        page("letter, 24 px", List.of(line("Dear Anna,"), line("the parcel came on Monday."))));
  }

  private record Line(String before, String after, String truth) {}

  private static Line line(String text) {
    return new Line(text, text, text);
  }

  private static Line line(String before, String after, String truth) {
    return new Line(before, after, truth);
  }

  private static Report.Shown page(String title, List<Line> lines) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.setColor(Color.DARK_GRAY);
    List<Example.Mark> marks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      int top = MARGIN + i * LEADING;
      int right = words(graphics, longest(line), top);
      marks.add(new Example.Mark(corners(top, right), line.before, line.after, line.truth));
    }
    graphics.dispose();
    return new Report.Shown(title, address(picture), WIDTH, HEIGHT, marks);
  }

  private static String longest(Line line) {
    return line.before.length() > line.after.length() ? line.before : line.after;
  }

  /** Paints a bar for each word and returns where the last one ends. */
  private static int words(Graphics2D graphics, String text, int top) {
    int x = MARGIN;
    for (String word : text.split(" ", -1)) {
      int width = Math.min(9 * word.length(), WIDTH - MARGIN - x);
      graphics.fillRect(x, top, width, 14);
      x += width + 8;
    }
    return Math.min(x - 8, WIDTH - MARGIN);
  }

  /** A box that rises to the right by two pixels, as found boxes are never quite level. */
  private static List<Double> corners(double top, double right) {
    return List.of(
        MARGIN - 4., top - 4, right + 4., top - 6, right + 4., top + 17, MARGIN - 4., top + 19);
  }

  private static String address(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
