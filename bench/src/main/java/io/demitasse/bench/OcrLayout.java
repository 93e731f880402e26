package io.demitasse.bench;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Sets lines of text on a page: a font, gray of paper and ink, spacing, margin and angle are drawn
 * for each page, and the corners of each line are told exactly.
 */
final class OcrLayout {
  private static final List<String> FAMILIES =
      List.of(
          "DejaVu Sans",
          "DejaVu Serif",
          "Liberation Sans",
          "Liberation Serif",
          "Nimbus Sans",
          "Nimbus Roman",
          "P052",
          "C059",
          "URW Bookman");

  private static final List<String> NARROW = List.of("Liberation Sans Narrow");
  private static final int WIDE_LINE = 46;
  private static final double SMALLEST_SIDE = 272;
  private static final int LIGHTEST = 255;
  private static final int PAPERS = 4;
  private static final int CONTRASTS = 80;
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  /** Letters that reach as high and as low as any. */
  private static final String TALL = "dbp(Q";

  /**
   * A page without its flaws.
   *
   * @param image red, green and blue the same everywhere
   * @param boxes the corners x, y of each line, clockwise from the top left of the text
   */
  record Page(BufferedImage image, List<OcrText.Line> lines, List<List<List<Integer>>> boxes) {}

  private record Look(Font font, int paper, int ink, double spacing, int margin, double angle) {}

  private final OcrRow row;

  OcrLayout(OcrRow row) {
    this.row = row;
  }

  /**
   * Draws a page of these lines.
   *
   * @param index of the page in its row, which decides whether it lies upside down
   */
  Page draw(List<OcrText.Line> lines, int index, RandomGenerator random) {
    List<String> texts = lines.stream().map(OcrText.Line::text).toList();
    Look look = look(texts, index, random);
    List<GlyphVector> glyphs =
        texts.stream().map(text -> look.font().createGlyphVector(CONTEXT, text)).toList();
    double width =
        glyphs.stream().mapToDouble(line -> line.getVisualBounds().getMaxX()).max().orElseThrow();
    Rectangle2D block = new Rectangle2D.Double(0, 0, width, look.spacing() * lines.size());
    AffineTransform turn = AffineTransform.getRotateInstance(look.angle());
    Rectangle2D bounds = turn.createTransformedShape(block).getBounds2D();
    int pageWidth = side(bounds.getWidth(), look.margin());
    int pageHeight = side(bounds.getHeight(), look.margin());
    AffineTransform place = AffineTransform.getTranslateInstance(pageWidth / 2.0, pageHeight / 2.0);
    place.concatenate(turn);
    place.translate(-width / 2, -block.getHeight() / 2);
    BufferedImage image = blank(pageWidth, pageHeight, look.paper());
    return new Page(image, lines, write(glyphs, look, place, image));
  }

  private static int side(double block, int margin) {
    return (int) Math.ceil(Math.max(SMALLEST_SIDE, block + 2 * margin));
  }

  private Look look(List<String> texts, int index, RandomGenerator random) {
    int paper = LIGHTEST - OcrNoise.STEP * Math.min(random.nextInt(PAPERS), random.nextInt(PAPERS));
    int contrast = random.nextInt(row.contrast(), row.contrast() + CONTRASTS);
    double angle = row.turned() ? Math.toRadians(degrees(index, random)) : 0;
    return new Look(
        font(texts, random),
        paper,
        Math.max(0, paper - contrast),
        row.size() * random.nextDouble(1.22, 1.36),
        random.nextInt(10, 21),
        angle);
  }

  private double degrees(int index, RandomGenerator random) {
    double tilt = random.nextDouble(1, row.degrees()) * (random.nextBoolean() ? 1 : -1);
    return index % 5 == 2 ? tilt + 180 : tilt;
  }

  private Font font(List<String> texts, RandomGenerator random) {
    boolean wide = texts.stream().anyMatch(text -> text.length() > WIDE_LINE);
    List<String> families = wide ? NARROW : FAMILIES;
    int style =
        new int[] {Font.PLAIN, Font.PLAIN, Font.PLAIN, Font.BOLD, Font.ITALIC}[random.nextInt(5)];
    int first = random.nextInt(families.size());
    for (int i = 0; i < families.size(); i++) {
      Font font =
          installed(families.get((first + i) % families.size())).deriveFont(style, row.size());
      if (texts.stream().allMatch(text -> font.canDisplayUpTo(text) < 0)) {
        return font;
      }
    }
    throw new IllegalStateException("No font of " + families + " has all characters of " + texts);
  }

  private static Font installed(String family) {
    String[] all = GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames();
    if (!Arrays.asList(all).contains(family)) {
      throw new IllegalStateException("The font " + family + " is not installed");
    }
    return new Font(family, Font.PLAIN, 1);
  }

  private static BufferedImage blank(int width, int height, int paper) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(gray(paper));
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return image;
  }

  /** Writes the lines one below the other and returns the corners of each. */
  private static List<List<List<Integer>>> write(
      List<GlyphVector> lines, Look look, AffineTransform place, BufferedImage image) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(gray(look.ink()));
    graphics.setTransform(place);
    List<List<List<Integer>>> boxes = new ArrayList<>();
    Rectangle2D tall = look.font().createGlyphVector(CONTEXT, TALL).getVisualBounds();
    double baseline = (look.spacing() - tall.getHeight()) / 2 - tall.getY();
    for (GlyphVector line : lines) {
      graphics.drawGlyphVector(line, 0, (float) baseline);
      Rectangle2D ink = line.getVisualBounds();
      boxes.add(
          corners(
              new Rectangle2D.Double(
                  ink.getX(), baseline + tall.getY(), ink.getWidth(), tall.getHeight()),
              place));
      baseline += look.spacing();
    }
    graphics.dispose();
    return boxes;
  }

  private static Color gray(int level) {
    return new Color(level, level, level);
  }

  private static List<List<Integer>> corners(Rectangle2D box, AffineTransform place) {
    return Stream.of(
            new Point2D.Double(box.getMinX(), box.getMinY()),
            new Point2D.Double(box.getMaxX(), box.getMinY()),
            new Point2D.Double(box.getMaxX(), box.getMaxY()),
            new Point2D.Double(box.getMinX(), box.getMaxY()))
        .map(corner -> place.transform(corner, null))
        .map(corner -> List.of((int) Math.round(corner.getX()), (int) Math.round(corner.getY())))
        .toList();
  }
}
