package io.demitasse.bench.towers;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;

/** A drawing of lines and areas, which becomes pixels on white. */
record VectorPicture(Path file) {
  private static final int SIDE = 224;

  static VectorPicture of(Path file) {
    return new VectorPicture(file);
  }

  /** The drawing as a PNG in a folder; what is there already is not drawn again. */
  Path rendered(Path folder) throws IOException {
    String name = file.getFileName().toString().replaceFirst("\\.svg$", ".png");
    Path picture = Files.createDirectories(folder).resolve(name);
    if (!Files.isRegularFile(picture)) {
      ImageIO.write(pixels(), "png", picture.toFile());
    }
    return picture;
  }

  private BufferedImage pixels() throws IOException {
    SVGDocument drawing =
        Objects.requireNonNull(
            new SVGLoader().load(file.toUri().toURL()), () -> file + " cannot be drawn");
    BufferedImage pixels = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = pixels.createGraphics();
    try {
      pen.setColor(Color.WHITE);
      pen.fillRect(0, 0, SIDE, SIDE);
      pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      drawing.render((java.awt.Component) null, pen, new ViewBox(0, 0, SIDE, SIDE));
    } finally {
      pen.dispose();
    }
    return pixels;
  }
}
