package io.demitasse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.bench.AskedQuestions.Asked;
import io.demitasse.bench.PictureCaptions.Shown;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.media.data.Datasets;
import io.demitasse.media.data.SampleKinds;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On an archive as the package has it, with four pictures. */
class EasyVqaTest {
  private static final String TRAIN =
      """
      [["what color is the shape?", "blue", 0], ["is there a circle?", "no", 0],
       ["what is the blue shape?", "rectangle", 0], ["is no red shape present?", "no", 9],
       ["is there a red shape?", "yes", 1], ["is there not a circle?", "no", 9]]
      """;
  private static final String TEST =
      """
      [["what color is the shape?", "red", 9]]
      """;

  @TempDir Path folder;

  private Samples unpacked() throws IOException {
    Path archive = folder.resolve("archive.whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      put(zip, "train/questions.json", TRAIN.getBytes(StandardCharsets.UTF_8));
      put(zip, "test/questions.json", TEST.getBytes(StandardCharsets.UTF_8));
      put(zip, "train/images/0.png", png(Color.BLUE));
      put(zip, "train/images/1.png", png(Color.RED));
      put(zip, "train/images/9.png", png(Color.RED));
      put(zip, "test/images/9.png", png(Color.RED));
      put(zip, "train/images/../../../../out.png", png(Color.RED));
    }
    EasyVqa.unpack(archive, folder.resolve("data"));
    return Datasets.open(folder.resolve("data").resolve(EasyVqa.LIST), SampleKinds.MEDIA);
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry("easy_vqa/data/" + name));
    zip.write(content);
  }

  private static byte[] png(Color color) throws IOException {
    BufferedImage picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = picture.createGraphics();
    canvas.setColor(color);
    canvas.fillRect(10, 10, 20, 20);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = bytes) {
      ImageIO.write(picture, "png", out);
    }
    return bytes.toByteArray();
  }

  private static List<Asked> asked(Samples samples, Split split) {
    return AskedQuestions.of(samples, split, List.of("blue", "no", "rectangle", "red", "yes"))
        .all();
  }

  @Test
  void allQuestionsAboutAPictureAreForOnePurpose() throws IOException {
    Samples samples = unpacked();
    assertThat(asked(samples, Split.TRAIN))
        .hasSize(4)
        .noneMatch(each -> each.picture().endsWith("9.png"));
    assertThat(asked(samples, Split.CHOOSE))
        .hasSize(2)
        .allMatch(each -> each.picture().endsWith("train/9.png"));
    assertThat(asked(samples, Split.JUDGE))
        .hasSize(1)
        .allMatch(each -> each.picture().endsWith("test/9.png"));
  }

  @Test
  void questionsAreReadWithAnswerAndKind() throws IOException {
    Asked first = asked(unpacked(), Split.TRAIN).getFirst();
    assertThat(first.question()).isEqualTo("what color is the shape?");
    assertThat(first.answer()).isEqualTo("blue");
    assertThat(first.kind()).isEqualTo("what color");
  }

  @Test
  void nothingIsWrittenOutsideOfTheFolder() throws IOException {
    unpacked();
    try (var files = Files.walk(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("out.png");
    }
  }

  @Test
  void anArchiveWithoutQuestionsIsRefused() throws IOException {
    Path archive = folder.resolve("empty.whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      put(zip, "README.md", new byte[0]);
    }
    assertThatThrownBy(() -> EasyVqa.unpack(archive, folder.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("easy_vqa/data/train/questions.json");
  }

  @Test
  void exchangedQuestionsKeepPictureAndAnswer() throws IOException {
    List<String> answers = List.of("blue", "no", "rectangle", "red", "yes");
    AskedQuestions asked = AskedQuestions.of(unpacked(), Split.TRAIN, answers);
    AskedQuestions others = asked.withOtherQuestions(3);
    assertThat(others.all().stream().map(Asked::picture).toList())
        .isEqualTo(asked.all().stream().map(Asked::picture).toList());
    assertThat(others.all().stream().map(Asked::answer).toList())
        .isEqualTo(asked.all().stream().map(Asked::answer).toList());
    assertThat(others.all().stream().map(Asked::question).toList())
        .isNotEqualTo(asked.all().stream().map(Asked::question).toList())
        .containsExactlyInAnyOrderElementsOf(asked.all().stream().map(Asked::question).toList());
  }

  @Test
  void captionsSayWhatAnswersTell() throws IOException {
    Samples samples = unpacked();
    Map<Path, Shown> shown = PictureCaptions.of(asked(samples, Split.TRAIN));
    // Of picture 1 nothing but the color is told.
    assertThat(shown.values()).containsExactly(new Shown("blue", "rectangle"));
    assertThat(PictureCaptions.of(asked(samples, Split.CHOOSE)).values())
        .containsExactly(new Shown("red", "circle"));
    assertThat(new Shown("red", "circle").captions())
        .contains("a red circle", "a circle of red color")
        .doesNotHaveDuplicates();
  }
}
