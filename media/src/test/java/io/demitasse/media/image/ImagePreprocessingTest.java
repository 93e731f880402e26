package io.demitasse.media.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImagePreprocessingTest {
  private static final Normalization LEVELS = new Normalization(1, List.of(0.0), List.of(1.0));
  private static final Picture TWO = new Picture(2, 1, new byte[] {1, 2, 3, 4, 5, 6});

  @Test
  void channelsAndLayoutsPutSamplesWhereTheyBelong() {
    assertThat(plain(ChannelOrder.RGB, TensorLayout.NCHW).tensor(TWO).toFloats())
        .containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(plain(ChannelOrder.BGR, TensorLayout.NCHW).tensor(TWO).toFloats())
        .containsExactly(3, 6, 2, 5, 1, 4);
    Tensor last = plain(ChannelOrder.BGR, TensorLayout.NHWC).tensor(TWO);
    assertThat(last.sizes()).containsExactly(1, 1, 2, 3);
    assertThat(last.toFloats()).containsExactly(3, 2, 1, 6, 5, 4);
  }

  @Test
  void grayIsLuma() {
    Picture colors = new Picture(4, 1, new byte[] {-1, 0, 0, 0, -1, 0, 0, 0, -1, -1, -1, -1});

    Tensor tensor = plain(ChannelOrder.GRAY, TensorLayout.NCHW).tensor(colors);

    assertThat(tensor.sizes()).containsExactly(1, 1, 1, 4);
    assertThat(tensor.toFloats()).containsExactly(76, 150, 29, 255);
  }

  @Test
  void meanAndDeviationAreOfTheModelsChannels() {
    ImagePreprocessing preprocessing =
        with(
            new Resize.Keep(),
            null,
            new Normalization(0.5, List.of(.5, 1.0, 1.5), List.of(1.0, 2.0, 4.0)),
            ChannelOrder.BGR);

    assertThat(preprocessing.tensor(TWO).toFloats())
        .containsExactly(1, 2.5f, 0, .75f, -.25f, .125f);
  }

  @Test
  void aLetterboxKnowsTheWayBack() {
    Padding padding =
        new Padding(new Size(20, 20), 1, Padding.Place.CENTER, List.of(114, 113, 112));
    ImagePreprocessing preprocessing =
        with(new Resize.Within(new Size(20, 20)), padding, LEVELS, ChannelOrder.RGB);

    PreparedPictures prepared = preprocessing.prepare(List.of(Noise.picture(40, 17)));

    Placement placement = prepared.placements().getFirst();
    assertThat(placement.resized()).isEqualTo(new Size(20, 8));
    assertThat(placement.left()).isZero();
    assertThat(placement.top()).isEqualTo(6);
    assertThat(placement.pictureX(20)).isEqualTo(40, within(1e-12));
    assertThat(placement.pictureY(6)).isZero();
    assertThat(placement.pictureY(14)).isEqualTo(17, within(1e-12));
    assertThat(placement.tensorY(placement.pictureY(9.25))).isEqualTo(9.25, within(1e-12));
    assertThat(placement.tensorX(placement.pictureX(3.5))).isEqualTo(3.5, within(1e-12));
    float[] numbers = prepared.tensor().toFloats();
    assertThat(numbers[0]).isEqualTo(114);
    assertThat(numbers[399]).isEqualTo(114);
    assertThat(numbers[400]).isEqualTo(113);
    assertThat(numbers[1199]).isEqualTo(112);
    Picture resized = Resampling.PILLOW_BILINEAR.resize(Noise.picture(40, 17), 20, 8);
    assertThat(numbers[6 * 20 + 3]).isEqualTo(resized.rgb()[9] & 0xff);
    assertThat(numbers[13 * 20 + 19]).isEqualTo(resized.rgb()[3 * (7 * 20 + 19)] & 0xff);
  }

  @Test
  void aBatchIsPaddedToItsLargest() {
    Padding padding = new Padding(null, 4, Padding.Place.TOP_LEFT, null);
    ImagePreprocessing preprocessing = with(new Resize.Keep(), padding, LEVELS, ChannelOrder.GRAY);

    PreparedPictures prepared =
        preprocessing.prepare(List.of(Noise.picture(3, 5), Noise.picture(6, 2)));

    assertThat(prepared.tensor().sizes()).containsExactly(2, 1, 8, 8);
    assertThat(prepared.placements()).extracting(Placement::canvas).containsOnly(new Size(8, 8));
    float[] numbers = prepared.tensor().toFloats();
    assertThat(numbers[3]).isZero();
    assertThat(numbers[64 + 8 + 5]).isNotZero();
    assertThat(numbers[64 + 16]).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1000,500,960,32,960,480",
    "100,30,960,32,96,32",
    "48,80,960,32,64,64",
    "3000,1,640,32,640,32",
    "960,720,960,1,960,720"
  })
  void theLongestSideIsLimitedAndBothBecomeMultiples(
      int width, int height, int longest, int multiple, int toWidth, int toHeight) {
    assertThat(new Resize.AtMost(longest, multiple).of(new Size(width, height)))
        .isEqualTo(new Size(toWidth, toHeight));
  }

  @Test
  void picturesOfDifferentSizesMakeNoBatch() {
    ImagePreprocessing preprocessing = plain(ChannelOrder.RGB, TensorLayout.NCHW);

    assertThatThrownBy(
            () -> preprocessing.prepare(List.of(Noise.picture(3, 5), Noise.picture(6, 2))))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The pictures of one batch come out as 3 x 5 and 6 x 2 pixels. Give their preprocessing"
                + " one size, a crop or a pad.");
  }

  @Test
  void whatDoesNotFitItsPaddingIsRefused() {
    Padding padding = new Padding(new Size(4, 4), 1, Padding.Place.CENTER, null);
    ImagePreprocessing preprocessing = with(new Resize.Keep(), padding, LEVELS, ChannelOrder.RGB);

    assertThatThrownBy(() -> preprocessing.tensor(Noise.picture(3, 5)))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "A picture of 3 x 5 pixels is resized to 3 x 5, which does not fit into the 4 x 4 it is"
                + " padded to. Resize it within that size.");
  }

  @Test
  void aBatchThatFitsNoTensorIsRefused() {
    ImagePreprocessing preprocessing =
        with(new Resize.Exact(new Size(20_000, 20_000)), null, LEVELS, ChannelOrder.RGB);

    assertThatThrownBy(() -> preprocessing.tensor(TWO))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "A batch of 1 pictures of 20000 x 20000 pixels does not fit into one tensor. Make it"
                + " smaller.");
    assertThatThrownBy(() -> preprocessing.prepare(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Stream<Map<String, Object>> settings() {
    return Stream.of(
        Map.of(),
        Map.of("resize", 224, "filter", "pillow-bicubic", "mean", List.of(.5), "std", List.of(.5)),
        Map.of("resize", Map.of("width", 5, "height", 4), "filter", "opencv-area"),
        Map.of("resize", Map.of("shortest", 256), "filter", "pillow-box", "crop", 224),
        Map.of("resize", Map.of("shortest", 8, "longest", 9), "filter", "pillow-lanczos"),
        Map.of("resize", Map.of("at-most", 960, "multiple", 32), "filter", "opencv-linear"),
        Map.of(
            "resize",
            Map.of("within", 640),
            "filter",
            "opencv-linear",
            "pad",
            Map.of(
                "width", 640, "height", 640, "place", "center", "color", List.of(114, 114, 114))),
        Map.of("pad", Map.of("multiple", 32, "color", "zero"), "channels", "bgr", "layout", "nhwc"),
        Map.of("crop", Map.of("width", 3, "height", 4), "channels", "gray", "scale", 1));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void settingsAreReadAsTheyAreWritten(Map<String, Object> settings) {
    List<String> problems = new ArrayList<>();
    ImagePreprocessing preprocessing = ImagePreprocessing.of(settings, "here", problems);

    assertThat(problems).isEmpty();
    assertThat(ImagePreprocessing.of(preprocessing.settings(), "here", problems))
        .isEqualTo(preprocessing);
    assertThat(problems).isEmpty();
    assertThat(preprocessing.settings().keySet()).containsAll(settings.keySet());
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("resize", Map.of("width", 0, "height", 2.5));
    settings.put("crop", "square");
    settings.put("pad", Map.of("color", List.of(1, 2), "place", "left"));
    settings.put("scale", null);
    settings.put("mean", List.of(.1, .2));
    settings.put("std", List.of(0));
    settings.put("channels", "cmyk");
    settings.put("swirl", 1);
    List<String> problems = new ArrayList<>();

    ImagePreprocessing.of(settings, "preprocessing of part 'vision'", problems);

    assertThat(problems)
        .extracting(problem -> problem.replace("preprocessing of part 'vision'", "P"))
        .containsExactlyInAnyOrder(
            "P has an unknown key 'swirl'; it may have [resize, filter, crop, pad, scale, mean,"
                + " std, channels, layout]",
            "P: resize width must be a whole number from 1 to 65535, got '0'",
            "P: resize height must be a whole number from 1 to 65535, got '2.5'",
            "P: resize needs a filter, one of " + filters(),
            "P: channels must be one of [rgb, bgr, gray], got 'cmyk'",
            "P: crop must be a whole number from 1 to 65535, got 'square'",
            "P: pad must have either width and height or multiple, got [color, place]",
            "P: place must be one of [top-left, center], got 'left'",
            "P: a color is red, green and blue, 0 to 255 each, got [1, 2]",
            "P: scale must be numbers, got 'null'",
            "P: a picture is either cropped or padded, got both");
  }

  private static List<String> filters() {
    return Stream.of(Resampling.values()).map(Resampling::text).toList();
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatDoesNotGoTogetherIsAProblem(Map<String, Object> settings, String problem) {
    List<String> problems = new ArrayList<>();

    ImagePreprocessing.of(settings, "P", problems);

    assertThat(problems).containsExactly(problem);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong(
            Map.of("crop", 3, "pad", Map.of("multiple", 2, "color", "zero")),
            "P: a picture is either cropped or padded, got both"),
        wrong(
            Map.of("std", List.of(0)),
            "P: the standard deviation must be positive numbers, got [0.0]"),
        wrong(
            Map.of("mean", List.of(1, 2)),
            "P: mean and std must have one number or one for each of 3 channels, got [1.0, 2.0] and"
                + " [1.0]"),
        wrong(
            Map.of("pad", Map.of("multiple", 2)),
            "P: pad needs a color, [red, green, blue] or zero"),
        wrong(
            Map.of("pad", Map.of("multiple", 2, "color", List.of(.5, 1, 1))),
            "P: pad color must be whole numbers, got [0.5, 1, 1]"),
        wrong(
            Map.of("resize", Map.of("shortest", 2, "within", 3), "filter", "pillow-box"),
            "P: resize must have width and height, shortest (and longest), at-most (and multiple)"
                + " or within, got [shortest, within]"),
        wrong(Map.of("scale", 0), "P: the scale must be positive, got 0.0"),
        wrong(Map.of("mean", "none"), "P: mean must be a list, got 'none'"));
  }

  private static Arguments wrong(Map<String, Object> settings, String problem) {
    return Arguments.of(settings, problem);
  }

  private static ImagePreprocessing plain(ChannelOrder channels, TensorLayout layout) {
    return new ImagePreprocessing(
        new Resize.Keep(), Resampling.PILLOW_NEAREST, null, null, LEVELS, channels, layout);
  }

  private static ImagePreprocessing with(
      Resize resize,
      @Nullable Padding padding,
      Normalization normalization,
      ChannelOrder channels) {
    return new ImagePreprocessing(
        resize,
        Resampling.PILLOW_BILINEAR,
        null,
        padding,
        normalization,
        channels,
        TensorLayout.NCHW);
  }
}
