package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.image.Resources;
import io.demitasse.pipeline.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Odd pictures among the data of a bundle that takes some. */
class BadPicturesTest {
  private static final Map<String, byte[]> FILES = Resources.zip("decoding.zip");

  @TempDir Path folder;
  private Path bundle;
  private Path data;

  @BeforeEach
  void makeBundle() throws IOException {
    bundle = SmallTowers.in(folder.resolve("bundle"));
    Files.writeString(
        bundle.resolve(Manifest.FILE), Manifests.text(Demitasse.folder(bundle).describe()));
    data = SmallTowers.data(folder.resolve("data"), 15);
  }

  @Test
  void picturesThatCannotBeDecodedAreSkippedAndExplained() throws IOException {
    byte[] whole = FILES.get("rgb.png");
    Path corrupt = file("corrupt.png", Arrays.copyOf(whole, whole.length / 2));
    Path empty = file("empty.png", new byte[0]);
    Path gigantic = file("gigantic.png", wide(whole, 60_000, 60_000));

    assertThat(evaluated())
        .containsExactly(
            "30 samples of " + data + ", 3 skipped",
            "skipped corrupt.png: The picture "
                + corrupt
                + " is damaged: it is cut off at byte 33 of 338. Replace it by one that other"
                + " programs can open.",
            "skipped empty.png: The picture " + empty + " is empty: it has 0 bytes. Replace it.",
            "skipped gigantic.png: The picture "
                + gigantic
                + " has 60,000 x 60,000 pixels by its header; at most 100,000,000 in all and 65,535"
                + " a side are decoded. Make it smaller.");
  }

  @Test
  void tooManyOfThemAreAnError() throws IOException {
    for (int i = 0; i < 4; i++) {
      file("empty-" + i + ".png", new byte[0]);
    }

    assertThatThrownBy(this::evaluated)
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith(
            "4 of 34 samples in "
                + data
                + " cannot be used, at most 10 % may be bad:\n  empty-0.png: The picture "
                + data.resolve("empty-0.png")
                + " is empty");
  }

  @Test
  void sixteenBitsPrintColorsAndAnimationsAreSeenLikeAnyOther() throws IOException {
    List<String> odd =
        List.of("gray-16-bits.png", "rgba-16-bits.png", "cmyk.jpg", "ycck.jpg", "animated.gif");
    for (String name : odd) {
      file(name, FILES.get(name));
    }

    assertThat(evaluated())
        .containsExactly(
            "35 samples of " + data,
            data.resolve("animated.gif")
                + " is animated: its first frame is taken, the others are left out");
  }

  /** What is said of the data while the bundle is compared with itself on all of them. */
  private List<String> evaluated() {
    List<String> notes = new ArrayList<>();
    assertThat(
            Demitasse.open(bundle)
                .data(data)
                .events(
                    event -> {
                      if (event instanceof Event.Noted(String text, _)) {
                        notes.add(text);
                      }
                    })
                .threads(1)
                .evaluate(bundle)
                .scores())
        .isNotEmpty();
    return notes;
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(data.resolve(name), content);
  }

  /** A PNG of other sides by its header, which is right but for that. */
  private static byte[] wide(byte[] png, int width, int height) {
    byte[] file = png.clone();
    CRC32 sum = new CRC32();
    ByteBuffer header = ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);
    sum.update(file, 12, 17);
    header.putInt(29, (int) sum.getValue());
    return file;
  }
}
