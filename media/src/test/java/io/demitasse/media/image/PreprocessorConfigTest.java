package io.demitasse.media.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The archive {@code preprocessing.zip} holds configurations that classes of Transformers 4.49 on
 * Pillow 11.3 wrote ({@code NAME.json}), the sizes of pictures and of the result ({@code
 * NAME.txt}), and the numbers that the class made of these pictures of {@link Noise} ({@code
 * NAME.f32}).
 */
class PreprocessorConfigTest {
  private static final Map<String, byte[]> FILES = Resources.zip("preprocessing.zip");

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  static Stream<String> names() {
    return FILES.keySet().stream()
        .filter(name -> name.endsWith(".json"))
        .map(name -> name.substring(0, name.indexOf('.')));
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNumberIsThatOfTheClass(String name) throws IOException {
    String[] sizes =
        new String(FILES.get(name + ".txt"), StandardCharsets.US_ASCII).split(" -> ", -1);
    List<Picture> pictures = Arrays.stream(sizes[0].split(" ", -1)).map(Noise::picture).toList();

    Tensor tensor =
        read(new String(FILES.get(name + ".json"), StandardCharsets.UTF_8))
            .prepare(pictures)
            .tensor();

    long[] expectedSizes =
        Arrays.stream(sizes[1].split("x", -1)).mapToLong(Long::parseLong).toArray();
    assertThat(tensor.sizes()).isEqualTo(expectedSizes);
    float[] numbers = tensor.toFloats();
    ByteBuffer expected = ByteBuffer.wrap(FILES.get(name + ".f32")).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      float wanted = expected.getFloat();
      // One level of a sample is a hundredth or more; this is rounding of the last bits.
      assertThat(number).isBetween(wanted - 1e-6f * scale(wanted), wanted + 1e-6f * scale(wanted));
    }
    assertThat(warnings).isEmpty();
  }

  private static float scale(float value) {
    return Math.max(1, Math.abs(value));
  }

  @Test
  void whatIsLeftOutIsFilledInAsTheClassDoes() throws IOException {
    ImagePreprocessing clip =
        read(
            """
            {"feature_extractor_type": "CLIPFeatureExtractor", "size": 224, "crop_size": 224,
             "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25]}
            """);
    ImagePreprocessing vit =
        read("{\"image_processor_type\": \"ViTImageProcessorFast\", \"size\": 224}");
    ImagePreprocessing detr =
        read(
            """
            {"feature_extractor_type": "DetrFeatureExtractor", "size": 800, "max_size": 1333,
             "image_mean": null}
            """);

    assertThat(clip.resize()).isEqualTo(new Resize.Shortest(224, null));
    assertThat(clip.filter()).isEqualTo(Resampling.PILLOW_BICUBIC);
    assertThat(clip.crop()).isEqualTo(new Size(224, 224));
    assertThat(clip.normalization())
        .isEqualTo(new Normalization(1 / 255.0, List.of(.5, .5, .5), List.of(.25, .25, .25)));
    assertThat(vit.resize()).isEqualTo(new Resize.Exact(new Size(224, 224)));
    assertThat(vit.filter()).isEqualTo(Resampling.PILLOW_BILINEAR);
    assertThat(vit.normalization()).isEqualTo(Normalization.UNIT);
    assertThat(detr.resize()).isEqualTo(new Resize.Shortest(800, 1333));
    assertThat(detr.padding()).isEqualTo(new Padding(null, 1, Padding.Place.TOP_LEFT, null));
    assertThat(warnings).isEmpty();
  }

  @Test
  void theProcessorOfPicturesIsFoundAmongSeveral() throws IOException {
    ImagePreprocessing preprocessing =
        read(
            """
            {"processor_class": "CLIPProcessor",
             "image_processor": {"size": {"height": 6, "width": 5}, "resample": 0}}
            """);

    assertThat(preprocessing.resize()).isEqualTo(new Resize.Exact(new Size(5, 6)));
    assertThat(preprocessing.filter()).isEqualTo(Resampling.PILLOW_NEAREST);
  }

  @Test
  void whatIsNotKnownIsTold() throws IOException {
    read(
        """
        {"image_processor_type": "NovelImageProcessor", "size": {"height": 6, "width": 5},
         "resample": 2, "swirl": 7, "do_sharpen": false}
        """);

    assertThat(warnings)
        .containsExactly(
            file() + " names the class Novel, which is not known; it is read by its keys alone.",
            file() + " has a key 'swirl', which is not known.");
  }

  @Test
  void everythingThatCannotBeFollowedIsToldAtOnce() {
    String config =
        """
        {"size": {"height": 0, "width": 5}, "resample": 9, "do_thumbnail": true, "crop_pct": 0.9,
         "do_center_crop": "yes", "do_pad": true, "do_normalize": true, "image_mean": [0.5, "x"],
         "image_std": [0.0, 1.0, 1.0], "rescale_factor": "1/255", "data_format": "last"}
        """;

    assertThatThrownBy(() -> read(config))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            file()
                + """
                 cannot be followed; write the preprocessing into bundle.yaml instead:
                  - do_thumbnail: true changes the picture in a way that is not built
                  - crop_pct: 0.9 changes the picture in a way that is not built
                  - height must be a whole number from 1 to 65535, got 0
                  - resample must be a number of Pillow's, 0 to 5, got 9
                  - do_center_crop must be true or false, got yes
                  - do_pad needs a pad_size
                  - rescale_factor must be a number, got 1/255
                  - image_mean must be numbers, got 'x'
                  - the standard deviation must be positive numbers, got [0.0, 1.0, 1.0]
                  - data_format must be channels_first or channels_last\
                """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"size\": 224, \"resample\": 2} | size 224 is a square for some classes and a shortest"
            + " side for others; write {\"height\": 224, \"width\": 224} or {\"shortest_edge\":"
            + " 224}",
        "{\"size\": {\"area\": 3}, \"resample\": 2} | size must have height and width, or"
            + " shortest_edge or longest_edge or both, got [area]",
        "{\"do_resize\": true, \"resample\": 2} | size must be a whole number from 1 to 65535, got"
            + " null",
        "{\"size\": {\"height\": 2, \"width\": 2}} | resample must be a number of Pillow's, 0 to 5,"
            + " got null",
        "{\"image_processor_type\": \"ConvNextImageProcessor\"} | ConvNext does more to a picture"
            + " than its keys say, which is not built",
        "{\"image_mean\": [0.1, 0.2], \"image_std\": [1, 1]} | image_mean and image_std must have"
            + " three numbers, got [0.1, 0.2], [1.0, 1.0]",
        "{\"image_processor_type\": \"DetrImageProcessor\", \"crop_size\": 3} | it crops and pads,"
            + " of which one is expected"
      })
  void aFileThatCannotBeFollowedIsRefused(String config, String problem) {
    assertThatThrownBy(() -> read(config))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void whatIsNoJsonIsRefused() {
    assertThatThrownBy(() -> read("{\"size\": "))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("Cannot read " + file() + ": ");
    assertThatThrownBy(() -> read("[1, 2]")).isInstanceOf(DemitasseException.class);
    assertThatThrownBy(() -> PreprocessorConfig.read(folder.resolve("no.json"), warnings::add))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("Cannot read ");
  }

  @Test
  void aLargeFileIsRefused() {
    assertThatThrownBy(() -> read("{\"a\": \"" + "x".repeat(1 << 20) + "\"}"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("expected at most 1,048,576");
  }

  private Path file() {
    return folder.resolve(PreprocessorConfig.FILE);
  }

  private ImagePreprocessing read(String config) throws IOException {
    return PreprocessorConfig.read(Files.writeString(file(), config), warnings::add);
  }
}
