package io.demitasse.media.program;

import static io.demitasse.media.program.OcrProgram.CLASSIFIER;
import static io.demitasse.media.program.OcrProgram.DETECTOR;
import static io.demitasse.media.program.OcrProgram.RECOGNIZER;
import static io.demitasse.media.program.OcrProgram.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.MiniLm;
import io.demitasse.media.PpOcr;
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.ocr.OcrSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on the real models. */
class OcrProgramTest {
  private static final String PAGE = "io/demitasse/media/program/page.png";
  private static final String[] LINES = {
    "The quick brown fox", "jumps over the lazy dog", "extraordinarily"
  };

  @TempDir static Path folder;

  private static PpOcr models;
  private static Picture page;

  @BeforeAll
  static void open() {
    models = new PpOcr(folder);
    page = Pictures.read(MiniLm.bytes(PAGE), PAGE, note -> {});
  }

  @AfterAll
  static void close() {
    models.close();
  }

  @Test
  void aPageIsReadFromTopToBottom() throws Exception {
    Path file = Files.write(folder.resolve("page.png"), MiniLm.bytes(PAGE));

    Map<String, Tensor> outputs = run(reader(), new Sample.File("page.png", file));

    assertThat(texts(outputs)).containsExactly(LINES);
    assertThat(outputs.keySet()).containsExactly("text", "boxes", "confidence", "map");
    assertThat(outputs.get("boxes")).hasToString("float[3,4,2]");
    assertThat(outputs.get("map")).hasToString("bool[736,928]");
    for (float confidence : outputs.get("confidence").toFloats()) {
      assertThat(confidence).isBetween(0.9f, 1f);
    }
    float[] first = Arrays.copyOf(outputs.get("boxes").toFloats(), 8);
    assertThat(first).containsExactly(new float[] {24, 20, 293, 20, 293, 52, 24, 52}, within(6f));
  }

  @Test
  void aPageUpsideDownIsReadAsItStood() {
    Sample.Tensors turned = image("turned", upsideDown(page));

    Map<String, Tensor> outputs = run(reader(), turned);

    assertThat(texts(outputs)).containsExactly(LINES);
    float[] first = Arrays.copyOf(outputs.get("boxes").toFloats(), 8);
    assertThat(first)
        .containsExactly(new float[] {576, 460, 307, 460, 307, 428, 576, 428}, within(6f));
  }

  @Test
  void withoutAClassifierNothingIsTurned() {
    OcrProgram program =
        OcrProgram.of(models.bundle(DETECTOR, RECOGNIZER), OcrSettings.DEFAULT, PpOcr.keys(), null);

    assertThat(texts(run(program, image("turned", upsideDown(page))))).doesNotContain(LINES);
    assertThat(texts(run(program, image("page", page)))).containsExactly(LINES);
  }

  @Test
  void aPageOnItsSideIsReadUpwards() {
    Map<String, Tensor> outputs = run(reader(), image("side", onItsSide(page)));

    assertThat(texts(outputs)).containsExactly(LINES);
  }

  @Test
  void aPageWithoutTextHasNoLinesAndIsNoError() {
    byte[] white = new byte[3 * 200 * 100];
    Arrays.fill(white, (byte) 255);
    models.ran();

    Map<String, Tensor> outputs = run(whole(), image("blank", new Picture(200, 100, white)));

    assertThat(outputs.get("text")).hasToString("string[0]");
    assertThat(outputs.get("boxes")).hasToString("float[0,4,2]");
    assertThat(outputs.get("confidence")).hasToString("float[0]");
    assertThat(outputs.get("embedding")).hasToString("float[0,0]");
    assertThat(outputs.get("map").toLongs()).containsOnly(0);
    assertThat(models.ran()).containsExactly(DETECTOR);
  }

  @Test
  void everyLineIsEmbeddedByItself() {
    Map<String, Tensor> outputs = run(whole(), image("page", page));
    Map<String, Tensor> alone = run(whole(), new Sample.Text("line", LINES[1]));

    assertThat(outputs.get("embedding")).hasToString("float[3,384]");
    assertThat(alone).containsOnlyKeys("embedding");
    assertThat(alone.get("embedding")).hasToString("float[1,384]");
    assertThat(Arrays.copyOfRange(outputs.get("embedding").toFloats(), 384, 768))
        .isEqualTo(alone.get("embedding").toFloats());
  }

  @Test
  void linesInGivenPlacesAreOnlyRecognizedAndAllAreKept() {
    Tensor boxes =
        Tensor.ofFloats(
            new long[] {3, 4, 2},
            22,
            62,
            334,
            62,
            334,
            92,
            22,
            92, // the second line
            22,
            22,
            296,
            22,
            296,
            52,
            22,
            52, // the first
            300,
            120,
            390,
            120,
            390,
            150,
            300,
            150); // no text
    Sample sample =
        new Sample.Tensors(
            "page", Map.of("image", image("", page).inputs().get("image"), "boxes", boxes));
    models.ran();

    Map<String, Tensor> outputs = run(reader(), sample);

    assertThat(texts(outputs)).startsWith(LINES[1], LINES[0]).hasSize(3);
    assertThat(outputs.get("boxes").contentEquals(boxes)).isTrue();
    assertThat(outputs).doesNotContainKey("map");
    assertThat(models.ran()).containsOnly(RECOGNIZER);
  }

  @Test
  void aSampleOfAnotherKindSaysWhatIsNeeded() {
    Sample sample = new Sample.Tensors("a.npz", Map.of("x", Tensor.scalar(1f)));

    assertThatThrownBy(() -> run(reader(), sample))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "Sample a.npz cannot be used: it needs an image: uint8[h,w,3], got {x=float[]}");
    assertThatThrownBy(() -> run(reader(), new Sample.Text("line 3", "a cat")))
        .hasMessage(
            "Sample line 3 cannot be used: this bundle has no part 'text' that embeds, or no"
                + " tokenizer.json for it");
  }

  @Test
  void partsThatDoNotFitAreAllNamed() {
    Model negative =
        TextGraph.parse("ir 10, opset 17\n\ngraph main(x: float[B,2]) -> (y) {\n  y = Neg(x)\n}\n");
    Bundle bundle =
        new Bundle(Map.of(DETECTOR, negative, TEXT, models.model(RECOGNIZER), "decoder", negative));

    assertThat(OcrProgram.problems(bundle, OcrSettings.DEFAULT, List.of("a")))
        .containsExactlyInAnyOrder(
            "the program 'ocr' needs a part 'recognizer', there is none",
            "the program 'ocr' has no use for a part 'decoder'; it runs detector, classifier,"
                + " recognizer and text",
            "part 'detector' must take one picture float[B,3,H,W], but it takes x: float[B,2]",
            "part 'text' must take a text as input_ids, but it takes "
                + "x: float[p2o.DynamicDimension.0,3,?,p2o.DynamicDimension.1]");
  }

  @Test
  void aKeyListOfAnotherRecognizerIsRefused() {
    assertThatThrownBy(
            () ->
                OcrProgram.of(
                    models.bundle(DETECTOR, RECOGNIZER), OcrSettings.DEFAULT, List.of("a"), null))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The program 'ocr' cannot run this bundle:\n"
                + "  - part 'recognizer' tells 6625 classes apart, but the key list has 1 keys,"
                + " which with the blank and the space makes 3");
  }

  private static OcrProgram reader() {
    return OcrProgram.of(
        models.bundle(DETECTOR, CLASSIFIER, RECOGNIZER), OcrSettings.DEFAULT, PpOcr.keys(), null);
  }

  private static OcrProgram whole() {
    TextEncoder encoder =
        TextEncoder.of(models.model(TEXT), models.file(TEXT), SingleProgram.Options.DEFAULT)
            .orElseThrow();
    return OcrProgram.of(
        models.bundle(DETECTOR, CLASSIFIER, RECOGNIZER, TEXT),
        OcrSettings.DEFAULT,
        PpOcr.keys(),
        encoder);
  }

  private static Map<String, Tensor> run(OcrProgram program, Sample sample) {
    try (program) {
      return program.run(sample, models);
    }
  }

  private static List<String> texts(Map<String, Tensor> outputs) {
    return outputs.get("text").strings().stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  private static Sample.Tensors image(String id, Picture picture) {
    long[] sizes = {picture.height(), picture.width(), 3};
    return new Sample.Tensors(
        id, Map.of("image", Tensor.ofBytes(DataType.UINT8, sizes, picture.rgb())));
  }

  private static Picture upsideDown(Picture picture) {
    return onItsSide(onItsSide(picture));
  }

  /** A quarter to the left, so that lines run upwards. */
  private static Picture onItsSide(Picture picture) {
    int width = picture.height();
    int height = picture.width();
    byte[] rgb = new byte[picture.rgb().length];
    IntStream.range(0, width * height)
        .forEach(
            i -> {
              int x = height - 1 - i / width;
              int y = i % width;
              System.arraycopy(picture.rgb(), 3 * (y * height + x), rgb, 3 * i, 3);
            });
    return new Picture(width, height, rgb);
  }
}
