package io.demitasse.media.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import io.demitasse.error.DemitasseException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The decoders that are used, each chosen by name: whatever else a class path brings for the same
 * formats, the same file gives the same pixels.
 */
enum Readers {
  JPEG(JPEGImageReaderSpi.class.getName()),
  PNG("com.sun.imageio.plugins.png.PNGImageReaderSpi"),
  GIF("com.sun.imageio.plugins.gif.GIFImageReaderSpi"),
  BMP("com.sun.imageio.plugins.bmp.BMPImageReaderSpi");

  private final String className;

  Readers(String className) {
    this.className = className;
  }

  /** What is done with a reader that has its input. */
  @FunctionalInterface
  private interface Use<T> {
    T of(ImageReader reader) throws IOException;
  }

  /** The first picture of a file, whose sides must be those of its header. */
  BufferedImage image(byte[] bytes, PictureHeader header, Consumer<String> warnings)
      throws IOException {
    return use(bytes, header, warnings, reader -> reader.read(0));
  }

  /** The samples of the first picture of a file, in the colors they are stored in. */
  Raster raster(byte[] bytes, PictureHeader header, Consumer<String> warnings) throws IOException {
    return use(bytes, header, warnings, reader -> reader.readRaster(0, null));
  }

  private <T> T use(byte[] bytes, PictureHeader header, Consumer<String> warnings, Use<T> use)
      throws IOException {
    ImageReader reader = provider().createReaderInstance();
    // This stream keeps what it has read in memory; no file is made, whatever ImageIO is set to.
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.addIIOReadWarningListener((source, warning) -> warnings.accept(warning));
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width != header.width() || height != header.height()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "its header tells %d x %d pixels and its content %d x %d",
                header.width(),
                header.height(),
                width,
                height));
      }
      return use.of(reader);
    } finally {
      reader.dispose();
    }
  }

  private ImageReaderSpi provider() {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      if (provider.getClass().getName().equals(className)) {
        return provider;
      }
    }
    throw DemitasseException.backendFailed(
        "There is no decoder of "
            + name()
            + " pictures: it comes with Java's desktop module or with Demitasse's own libraries,"
            + " and one of these is not whole. Run a whole Java, with all that Demitasse brings.",
        null);
  }
}
