package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What data say their samples are for. */
class DeclaredSplitsTest {
  @TempDir private Path folder;

  @Test
  void foldersSayWhatTheirSamplesAreFor() throws IOException {
    write("Train/deep/a.txt", "calib/b.txt", "val/c.txt", "test/d.txt", "e.txt");

    Dataset samples = Datasets.open(folder, SampleKinds.MEDIA);

    assertThat(declared(samples))
        .containsEntry("Train/deep/a.txt", Optional.of(Split.TRAIN))
        .containsEntry("calib/b.txt", Optional.of(Split.CALIBRATE))
        .containsEntry("val/c.txt", Optional.of(Split.CHOOSE))
        .containsEntry("test/d.txt", Optional.of(Split.JUDGE))
        .containsEntry("e.txt", Optional.empty());
    assertThat(samples.account())
        .contains("folders say what samples are for: Train, calib, test, val");
  }

  @Test
  void amongOtherFoldersATrainIsAClass() throws IOException {
    write("train/a.txt", "bus/b.txt");

    assertThat(declared(Datasets.open(folder, SampleKinds.MEDIA)).values())
        .containsOnly(Optional.empty());
  }

  @Test
  void beneathThemFoldersAreClasses() {
    assertThat(LabelClasses.folder("test/cat/1.png", true)).hasValue("cat");
    assertThat(LabelClasses.folder("test/1.png", true)).isEmpty();
    assertThat(LabelClasses.folder("cat/more/1.png", false)).hasValue("cat");
  }

  @Test
  void aFieldOfALineSaysWhatItIsFor() throws IOException {
    Path file =
        lines(
            "a.jsonl",
            "{\"text\":\"a\",\"split\":\"train\"}",
            "{\"text\":\"b\"}",
            "{\"text\":\"c\",\"split\":\"Validation\"}",
            "{\"text\":\"d\",\"split\":null}");

    assertThat(declared(Datasets.open(file, SampleKinds.MEDIA)))
        .containsEntry("line 1", Optional.of(Split.TRAIN))
        .containsEntry("line 2", Optional.empty())
        .containsEntry("line 3", Optional.of(Split.CHOOSE))
        .containsEntry("line 4", Optional.empty());
  }

  @Test
  void aFieldThatSaysSomethingElseIsABadLine() throws IOException {
    Path file = lines("a.jsonl", "{\"text\":\"a\",\"split\":\"half\"}");

    assertThatThrownBy(() -> Datasets.open(file, SampleKinds.MEDIA))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(
            "line 1: has the \"split\" \"half\", expected calibration, train, validation or test");
  }

  @Test
  void anInputOfThatNameIsAnInput() throws IOException {
    ValueType type = ValueType.tensor(DataType.FLOAT, new Shape(List.of(Dim.named("B"))));
    DeclaredInputs inputs =
        new DeclaredInputs(List.of(new DeclaredInputs.Input("split", type, true)));
    Path file = lines("a.jsonl", "{\"split\":[1.5]}");

    Dataset samples = Datasets.open(file, inputs);

    assertThat(samples.declared(0)).isEmpty();
    assertThat(samples.size()).isEqualTo(1);
  }

  @Test
  void pagesAndCaptionsHaveTheFieldToo() throws IOException {
    ImageIO.write(
        new BufferedImage(9, 9, BufferedImage.TYPE_BYTE_GRAY),
        "png",
        folder.resolve("a.png").toFile());
    String page = "{\"image\":\"a.png\",\"lines\":[]";
    String caption = "{\"image\":\"a.png\",\"text\":\"a\"";

    assertThat(Pages.read(lines("p.jsonl", page + ",\"split\":\"test\"}", page + "}")).pages())
        .extracting(Page::declared)
        .containsExactly(Optional.of(Split.JUDGE), Optional.empty());
    assertThat(
            Captions.read(lines("c.jsonl", caption + ",\"split\":\"dev\"}", caption + "}"))
                .captions())
        .extracting(Captions.Caption::declared)
        .containsExactly(Optional.of(Split.CHOOSE), Optional.empty());
    Path wrong = lines("w.jsonl", page + ",\"split\":7}");
    assertThatThrownBy(() -> Pages.read(wrong)).hasMessageContaining("has the \"split\" 7");
  }

  private static Map<String, Optional<Split>> declared(Samples samples) {
    Map<String, Optional<Split>> declared = new TreeMap<>();
    IntStream.range(0, samples.size())
        .forEach(i -> declared.put(samples.get(i).id(), samples.declared(i)));
    return declared;
  }

  private void write(String... files) throws IOException {
    for (String file : files) {
      Files.createDirectories(folder.resolve(file).resolveSibling("."));
      Files.writeString(folder.resolve(file), "text of " + file);
    }
  }

  private Path lines(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines));
  }
}
