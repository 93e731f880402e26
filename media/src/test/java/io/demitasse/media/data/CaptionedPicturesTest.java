package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures with captions, and with questions and answers. */
class CaptionedPicturesTest {
  @TempDir private Path folder;

  @BeforeEach
  void draw() throws IOException {
    for (String name : List.of("a.png", "b.png")) {
      ImageIO.write(new BufferedImage(4, 4, 1), "png", folder.resolve(name).toFile());
    }
  }

  private Dataset open(String name, String text) throws IOException {
    return open(name, text, StandardCharsets.UTF_8);
  }

  private Dataset open(String name, String text, Charset charset) throws IOException {
    return Datasets.open(
        Files.write(folder.resolve(name), text.getBytes(charset)), SampleKinds.PICTURES);
  }

  @Test
  void linesOfOnePictureAreItsCaptions() throws IOException {
    Dataset lines =
        open(
            "captions.csv",
            "image,caption\na.png,a cup\nb.png,a sun\na.png,one cup\na.png,a cup\n");

    Dataset joined = SameFiles.joined(lines);

    assertThat(joined.size()).isEqualTo(2);
    assertThat(joined.get(0).fields().texts("text")).containsExactly("a cup", "one cup");
    assertThat(joined.get(1).fields().texts("text")).containsExactly("a sun");
    assertThat(joined.account()).contains("4 lines of 2 files");
    Dataset single = open("one.csv", "image,caption\na.png,a cup\n");
    assertThat(SameFiles.joined(single)).isSameAs(single);
  }

  @Test
  void aLineMayHaveSeveralCaptions() throws IOException {
    Dataset data =
        open("captions.jsonl", "{\"image\": \"a.png\", \"captions\": 5, \"text\": [\"x\", \"y\"]}");

    assertThat(data.get(0).fields().texts("text")).containsExactly("x", "y");
  }

  @Test
  void questionsStandBesidePictures() throws IOException {
    Dataset data =
        open(
            "questions.jsonl",
            "{\"image\": \"a.png\", \"question\": \"What is red?\", \"answer\": \"cup\", \"kind\":"
                + " \"color\"}");

    Sample.File sample = (Sample.File) data.get(0);
    assertThat(sample.path()).isEqualTo(folder.resolve("a.png"));
    assertThat(sample.fields().text("text")).hasValue("What is red?");
    assertThat(sample.fields().text("label")).hasValue("cup");
    assertThat(sample.fields().text("kind")).hasValue("color");
  }

  @Test
  void aQuestionWithoutAPictureIsTold() {
    assertThatThrownBy(
            () ->
                open(
                    "questions.jsonl",
                    """
                    {"question": "What?", "answer": "cup"}
                    {"image": "none.png", "question": "What?"}
                    {"image": "../a.png", "question": "What?"}
                    """))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll(
            "3 of 3 samples",
            "line 1: has no 'file'",
            "line 2: names the file none.png, and there is none",
            "line 3: names the file ../a.png, which is outside the folder of the list");
  }

  @Test
  void captionsInAnotherEncodingAreTold() {
    assertThatThrownBy(
            () ->
                open(
                    "captions.csv",
                    "image,caption\na.png,Caf\u00e9\n",
                    StandardCharsets.ISO_8859_1))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("line 2: is not UTF-8 text");
    assertThatThrownBy(
            () ->
                open(
                    "coco.json",
                    "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}], \"annotations\":"
                        + " [{\"image_id\": 1, \"caption\": \"Caf\u00e9\"}]}",
                    StandardCharsets.ISO_8859_1))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll("coco.json", "is not JSON");
  }
}
