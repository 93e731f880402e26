package io.demitasse.media.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassMaskTest {
  @TempDir private Path folder;

  private Path write(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("mask." + format);
    ImageIO.write(image, format, file.toFile());
    return file;
  }

  private static BufferedImage filled(BufferedImage image) {
    image.getRaster().setSamples(0, 0, 3, 2, 0, new int[] {0, 1, 2, 3, 1, 0});
    return image;
  }

  @Test
  void placesInAPaletteAndShadesOfGrayAreClasses() throws IOException {
    byte[] colors = {0, -1, 0, 9};
    IndexColorModel palette = new IndexColorModel(2, 4, colors, colors, colors);
    BufferedImage indexed = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_BINARY, palette);
    BufferedImage gray = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);

    for (BufferedImage image : new BufferedImage[] {filled(indexed), filled(gray)}) {
      ClassMask mask = ClassMask.read(write(image, "png"));
      assertThat(mask.size()).isEqualTo(new Size(3, 2));
      assertThat(mask.classes()).containsExactly(0, 1, 2, 3, 1, 0);
    }
  }

  @Test
  void whatIsNoMaskIsRefused() throws IOException {
    BufferedImage colors = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    assertRefused(write(colors, "png"), "it has 3 channels, expected a palette or gray");
    assertRefused(write(colors, "bmp"), "it is no PNG file");
    BufferedImage deep = new BufferedImage(3, 2, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 300);
    assertRefused(write(deep, "png"), "it has the class 300, expected 0 to 255");
    Path cut = folder.resolve("cut.png");
    byte[] whole = Files.readAllBytes(write(filled(deep), "png"));
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertRefused(cut, "The mask " + cut);
    assertRefused(folder.resolve("none.png"), "does not exist");
  }

  private static void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> ClassMask.read(file))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(why);
  }

  @Test
  void theSizeOfAPictureIsReadWithoutItsPixels() throws IOException {
    assertThat(Pictures.size(write(new BufferedImage(3, 2, 1), "png"))).isEqualTo(new Size(3, 2));
    assertThatThrownBy(() -> Pictures.size(Files.writeString(folder.resolve("x.png"), "no")))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("x.png");
  }
}
