package io.demitasse.media.image;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.yaml.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Hugging Face's {@code preprocessor_config.json} of models that take one resized picture, as
 * CLIP, SigLIP, ViT and DETR do.
 *
 * <p>What such a file leaves out is filled in as the class does that it names. Its slow classes
 * resize with Pillow and are met exactly; its fast ones differ from those by a level here and
 * there.
 */
public final class PreprocessorConfig {
  /** What such a file is called beside a model. */
  public static final String FILE = "preprocessor_config.json";

  private static final long LARGEST = 1 << 20;

  private final Fields fields = new Fields();
  private final Map<String, Object> config;
  private final ImageProcessorClass processor;

  private PreprocessorConfig(Map<String, Object> config) {
    this.config = new LinkedHashMap<>(config);
    this.config.values().removeIf(Objects::isNull);
    this.processor = ImageProcessorClass.of(config);
  }

  /**
   * Reads a file.
   *
   * @param warnings is told of keys that nobody here knows, one sentence each
   * @throws DemitasseException (bad request) when the file asks for what cannot be done, naming all
   *     of it
   */
  public static ImagePreprocessing read(Path file, Consumer<String> warnings) {
    return of(tree(file, LARGEST), file.toString(), warnings);
  }

  /**
   * What such a file holds, of whatever medium.
   *
   * @param largest bytes that it may have
   * @throws DemitasseException (bad request) when it cannot be read, or is none
   */
  public static Map<String, Object> tree(Path file, long largest) {
    try {
      if (Files.size(file) > largest) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "%s has %,d bytes, expected at most %,d. Give a preprocessor_config.json.",
                file,
                Files.size(file),
                largest));
      }
      Map<String, Object> tree =
          new ObjectMapper().readValue(file.toFile(), new TypeReference<Map<String, Object>>() {});
      return tree == null ? Map.of() : tree;
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "Cannot read "
              + file
              + ": "
              + Reason.of(e)
              + ". Give a preprocessor_config.json as Hugging Face writes it.",
          e);
    }
  }

  private static ImagePreprocessing of(
      Map<String, Object> tree, String origin, Consumer<String> warnings) {
    Fields outer = new Fields();
    // A processor of several modalities keeps that of its pictures under a key of its own.
    Map<String, Object> config =
        tree.get("image_processor") instanceof Map<?, ?> inner
            ? outer.map(inner, "image_processor")
            : tree;
    PreprocessorConfig reader = new PreprocessorConfig(config);
    ImagePreprocessing preprocessing = reader.read(origin, warnings);
    if (!reader.fields.problems().isEmpty()) {
      throw DemitasseException.badRequest(
          origin
              + " cannot be followed; write the preprocessing into bundle.yaml instead:\n  - "
              + String.join("\n  - ", reader.fields.problems()));
    }
    return preprocessing;
  }

  private ImagePreprocessing read(String origin, Consumer<String> warnings) {
    processor.judge(origin, fields.problems(), warnings);
    PreprocessorKeys.judge(config, origin, fields.problems(), warnings);
    boolean resizes = flag("do_resize", config.get("size") != null);
    Resize resize = resizes ? resize() : new Resize.Keep();
    Resampling filter = resizes ? filter() : Resampling.PILLOW_NEAREST;
    boolean crops = flag("do_center_crop", config.get("crop_size") != null);
    Size crop = crops ? square("crop_size", config.get("crop_size")) : null;
    Padding padding = flag("do_pad", processor.isDetector()) ? padding() : null;
    boolean flips = flag("do_flip_channel_order", processor.flipsChannels());
    Normalization normalization = normalization(flips);
    TensorLayout layout =
        switch (String.valueOf(config.getOrDefault("data_format", "channels_first"))) {
          case "channels_first" -> TensorLayout.NCHW;
          case "channels_last" -> TensorLayout.NHWC;
          default -> {
            problem("data_format must be channels_first or channels_last");
            yield TensorLayout.NCHW;
          }
        };
    if (crop != null && padding != null) {
      problem("it crops and pads, of which one is expected");
      padding = null;
    }
    ChannelOrder channels = flips ? ChannelOrder.BGR : ChannelOrder.RGB;
    return new ImagePreprocessing(resize, filter, crop, padding, normalization, channels, layout);
  }

  private Resize resize() {
    Object size = config.get("size");
    if (!(size instanceof Map<?, ?>)) {
      return resize(side("size", size));
    }
    Map<String, Object> given = fields.map(size, "size");
    given.values().removeIf(Objects::isNull);
    return switch (String.join(" ", new TreeSet<>(given.keySet()))) {
      case "height width" -> new Resize.Exact(square("size", size));
      case "shortest_edge" -> new Resize.Shortest(side("shortest_edge", given), null);
      case "longest_edge shortest_edge" ->
          new Resize.Shortest(side("shortest_edge", given), side("longest_edge", given));
      case "longest_edge" -> {
        int side = side("longest_edge", given);
        yield new Resize.Within(new Size(side, side));
      }
      default -> {
        problem(
            "size must have height and width, or shortest_edge or longest_edge or both, got "
                + given.keySet());
        yield new Resize.Keep();
      }
    };
  }

  private Resize resize(int side) {
    Boolean square = processor.takesSquares();
    if (square == null) {
      problem(
          String.format(
              Locale.ROOT,
              "size %d is a square for some classes and a shortest side for others; write"
                  + " {\"height\": %d, \"width\": %d} or {\"shortest_edge\": %d}",
              side,
              side,
              side,
              side));
    }
    Integer longest =
        config.get("max_size") == null ? null : Integer.valueOf(side("max_size", config));
    return square == null || square
        ? new Resize.Exact(new Size(side, side))
        : new Resize.Shortest(side, longest);
  }

  private Resampling filter() {
    Object value = config.get("resample");
    Resampling filter =
        value == null
            ? processor.resampling()
            : value instanceof Integer number ? Resampling.ofPillow(number) : null;
    if (filter == null) {
      problem("resample must be a number of Pillow's, 0 to 5, got " + value);
    }
    return filter == null ? Resampling.PILLOW_NEAREST : filter;
  }

  private @Nullable Padding padding() {
    Object size = config.get("pad_size");
    if (size != null) {
      return new Padding(square("pad_size", size), 1, Padding.Place.TOP_LEFT, null);
    }
    if (!processor.isDetector()) {
      problem("do_pad needs a pad_size");
    }
    return new Padding(null, 1, Padding.Place.TOP_LEFT, null);
  }

  private Normalization normalization(boolean flips) {
    double scale = flag("do_rescale", true) ? scale() : 1;
    List<Double> mean = Normalization.UNIT.mean();
    List<Double> deviation = Normalization.UNIT.deviation();
    if (flag("do_normalize", config.get("image_mean") != null)) {
      mean = numbers("image_mean", flips);
      deviation = numbers("image_std", flips);
    }
    try {
      Normalization normalization = new Normalization(scale, mean, deviation);
      if (normalization.isFor(3)) {
        return normalization;
      }
      problem("image_mean and image_std must have three numbers, got " + mean + ", " + deviation);
    } catch (IllegalArgumentException e) {
      problem(e.getMessage());
    }
    return Normalization.UNIT;
  }

  private double scale() {
    Object factor = config.getOrDefault("rescale_factor", Normalization.UNIT.scale());
    if (factor instanceof Number number) {
      return number.doubleValue();
    }
    problem("rescale_factor must be a number, got " + factor);
    return 1;
  }

  /** The numbers of the channels, in the order in which the model takes them. */
  private List<Double> numbers(String key, boolean flips) {
    Object value = config.get(key);
    List<Double> numbers =
        value instanceof Number number ? List.of(number.doubleValue()) : fields.numbers(value, key);
    return flips ? numbers.reversed() : numbers;
  }

  private boolean flag(String key, boolean otherwise) {
    Object value = config.get(key);
    if (value != null && !(value instanceof Boolean)) {
      problem(String.format(Locale.ROOT, "%s must be true or false, got %s", key, value));
    }
    return value instanceof Boolean flag ? flag : otherwise;
  }

  /** One number for both sides, or height and width. */
  private Size square(String key, @Nullable Object value) {
    if (value instanceof Map<?, ?>) {
      Map<String, Object> sides = fields.map(value, key, List.of("height", "width"));
      return new Size(side("width", sides), side("height", sides));
    }
    int side = side(key, value);
    return new Size(side, side);
  }

  private int side(String key, Map<String, Object> given) {
    return side(key, given.get(key));
  }

  private int side(String key, @Nullable Object value) {
    if (value instanceof Integer side && side >= 1 && side <= Pictures.LONGEST_SIDE) {
      return side;
    }
    problem(
        String.format(
            Locale.ROOT,
            "%s must be a whole number from 1 to %d, got %s",
            key,
            Pictures.LONGEST_SIDE,
            value));
    return 1;
  }

  private void problem(@Nullable String text) {
    fields.problems().add(String.valueOf(text));
  }
}
