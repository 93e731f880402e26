package io.demitasse.media.image;

import io.demitasse.yaml.Fields;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Preprocessing as keys and values, which a manifest holds. A key that is not known is a problem,
 * and so is a value out of range; all are told at once.
 *
 * <pre>
 *   resize:   224 | {width: W, height: H} | {shortest: N, longest: M?} | {at-most: N, multiple: K?}
 *             | {within: 640 | {width: W, height: H}}
 *   filter:   pillow-bicubic ...           needed where there is a resize
 *   crop:     224 | {width: W, height: H}
 *   pad:      {width: W, height: H | multiple: K, place: top-left | center, color: [r, g, b] | zero}
 *   scale:    0.00392156862745098          1/255 unless told
 *   mean:     [0.485, 0.456, 0.406]        0 unless told
 *   std:      [0.229, 0.224, 0.225]        1 unless told
 *   channels: rgb | bgr | gray             rgb unless told
 *   layout:   nchw | nhwc                  nchw unless told
 * </pre>
 */
final class PreprocessingSettings {
  private static final List<String> KEYS =
      List.of("resize", "filter", "crop", "pad", "scale", "mean", "std", "channels", "layout");
  private static final List<String> RESIZE_KEYS =
      List.of("width", "height", "shortest", "longest", "at-most", "multiple", "within");
  private static final List<String> SIZE_KEYS = List.of("width", "height");
  private static final List<String> PAD_KEYS =
      List.of("width", "height", "multiple", "place", "color");
  private static final String ZERO = "zero";

  private static final ImagePreprocessing NOTHING =
      new ImagePreprocessing(
          new Resize.Keep(),
          Resampling.PILLOW_NEAREST,
          null,
          null,
          Normalization.UNIT,
          ChannelOrder.RGB,
          TensorLayout.NCHW);

  private final Fields fields = new Fields();
  private final String place;

  private PreprocessingSettings(String place) {
    this.place = place;
  }

  static ImagePreprocessing read(Map<String, Object> tree, String place, List<String> problems) {
    PreprocessingSettings settings = new PreprocessingSettings(place);
    ImagePreprocessing preprocessing = settings.read(tree);
    problems.addAll(settings.fields.problems());
    return preprocessing;
  }

  private ImagePreprocessing read(Map<String, Object> tree) {
    Map<String, Object> given = fields.map(tree, place, KEYS);
    Resize resize = resize(given.get("resize"));
    if (!(resize instanceof Resize.Keep) && !given.containsKey("filter")) {
      problem("resize needs a filter, one of " + texts(Resampling.values(), Resampling::text));
    }
    Resampling filter = choice(given, "filter", Resampling.values(), Resampling::text);
    ChannelOrder channels = choice(given, "channels", ChannelOrder.values(), ChannelOrder::text);
    TensorLayout layout = choice(given, "layout", TensorLayout.values(), TensorLayout::text);
    Size crop = given.containsKey("crop") ? size(given.get("crop"), "crop") : null;
    Padding padding = given.containsKey("pad") ? padding(given.get("pad")) : null;
    Normalization normalization = normalization(given);
    return checked(
        NOTHING,
        () ->
            new ImagePreprocessing(resize, filter, crop, padding, normalization, channels, layout));
  }

  private Resize resize(@Nullable Object value) {
    if (!(value instanceof Map<?, ?>)) {
      return value == null ? new Resize.Keep() : new Resize.Exact(size(value, "resize"));
    }
    Map<String, Object> given = fields.map(value, name("resize"), RESIZE_KEYS);
    return switch (String.join(" ", new TreeSet<>(given.keySet()))) {
      case "height width" -> new Resize.Exact(size(value, "resize"));
      case "shortest" -> new Resize.Shortest(side(given, "resize", "shortest"), null);
      case "longest shortest" ->
          new Resize.Shortest(side(given, "resize", "shortest"), side(given, "resize", "longest"));
      case "at-most" -> new Resize.AtMost(side(given, "resize", "at-most"), 1);
      case "at-most multiple" ->
          new Resize.AtMost(side(given, "resize", "at-most"), side(given, "resize", "multiple"));
      case "within" -> new Resize.Within(size(given.get("within"), "resize within"));
      default -> {
        problem(
            String.format(
                Locale.ROOT,
                "resize must have width and height, shortest (and longest), at-most (and multiple)"
                    + " or within, got %s",
                new TreeSet<>(given.keySet())));
        yield new Resize.Keep();
      }
    };
  }

  private Padding padding(@Nullable Object value) {
    Map<String, Object> given = fields.map(value, name("pad"), PAD_KEYS);
    boolean sized = given.containsKey("width") || given.containsKey("height");
    if (sized == given.containsKey("multiple")) {
      problem(
          "pad must have either width and height or multiple, got "
              + new TreeSet<>(given.keySet()));
    }
    Size size = sized ? sides(given, "pad") : null;
    int multiple = given.containsKey("multiple") ? side(given, "pad", "multiple") : 1;
    Padding.Place where = choice(given, "place", Padding.Place.values(), Padding.Place::text);
    List<Integer> color = color(given.get("color"));
    return checked(
        new Padding(null, 1, where, null), () -> new Padding(size, multiple, where, color));
  }

  private @Nullable List<Integer> color(@Nullable Object value) {
    if (value == null) {
      problem("pad needs a color, [red, green, blue] or " + ZERO);
    }
    if (value == null || value.equals(ZERO)) {
      return null;
    }
    List<Double> numbers = fields.numbers(value, name("pad color"));
    if (numbers.stream().anyMatch(number -> number != Math.rint(number))) {
      problem("pad color must be whole numbers, got " + value);
    }
    return numbers.stream().map(Double::intValue).toList();
  }

  private Normalization normalization(Map<String, Object> given) {
    Normalization unit = Normalization.UNIT;
    int problems = fields.problems().size();
    List<Double> scale =
        given.containsKey("scale")
            ? fields.numbers(Collections.singletonList(given.get("scale")), name("scale"))
            : List.of(unit.scale());
    List<Double> mean =
        given.containsKey("mean") ? fields.numbers(given.get("mean"), name("mean")) : unit.mean();
    List<Double> deviation =
        given.containsKey("std") ? fields.numbers(given.get("std"), name("std")) : unit.deviation();
    return fields.problems().size() > problems
        ? unit
        : checked(unit, () -> new Normalization(scale.getFirst(), mean, deviation));
  }

  /** One number for both sides, or width and height. */
  private Size size(@Nullable Object value, String key) {
    if (value instanceof Map<?, ?>) {
      return sides(fields.map(value, name(key), SIZE_KEYS), key);
    }
    int side = side(value, key);
    return new Size(side, side);
  }

  private Size sides(Map<String, Object> given, String key) {
    return new Size(side(given, key, "width"), side(given, key, "height"));
  }

  private int side(Map<String, Object> given, String place, String key) {
    return side(given.get(key), place + " " + key);
  }

  private int side(@Nullable Object value, String key) {
    double side = value instanceof Number number ? number.doubleValue() : 0;
    if (side < 1 || side > Pictures.LONGEST_SIDE || side != Math.rint(side)) {
      problem(
          String.format(
              Locale.ROOT,
              "%s must be a whole number from 1 to %d, got '%s'",
              key,
              Pictures.LONGEST_SIDE,
              value));
      return 1;
    }
    return (int) side;
  }

  /** The choice that a key names; the first where there is no such key. */
  private <T> T choice(
      Map<String, Object> given, String key, T[] values, Function<T, String> text) {
    for (T value : values) {
      if (text.apply(value).equals(given.get(key))) {
        return value;
      }
    }
    if (given.containsKey(key)) {
      problem(
          String.format(
              Locale.ROOT,
              "%s must be one of %s, got '%s'",
              key,
              texts(values, text),
              given.get(key)));
    }
    return values[0];
  }

  private static <T> List<String> texts(T[] values, Function<T, String> text) {
    return Arrays.stream(values).map(text).toList();
  }

  /** What can be made of values, or another where they do not go together. */
  private <T> T checked(T otherwise, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      fields.problems().add(place + ": " + e.getMessage());
      return otherwise;
    }
  }

  private String name(String key) {
    return place + ": " + key;
  }

  private void problem(String text) {
    fields.problems().add(place + ": " + text);
  }

  static Map<String, Object> write(ImagePreprocessing preprocessing) {
    Map<String, Object> tree = new LinkedHashMap<>();
    Object resize = resize(preprocessing.resize());
    if (resize != null) {
      tree.put("resize", resize);
    }
    tree.put("filter", preprocessing.filter().text());
    if (preprocessing.crop() != null) {
      tree.put("crop", sides(preprocessing.crop()));
    }
    if (preprocessing.padding() != null) {
      tree.put("pad", pad(preprocessing.padding()));
    }
    tree.put("scale", preprocessing.normalization().scale());
    tree.put("mean", preprocessing.normalization().mean());
    tree.put("std", preprocessing.normalization().deviation());
    tree.put("channels", preprocessing.channels().text());
    tree.put("layout", preprocessing.layout().text());
    return tree;
  }

  private static @Nullable Object resize(Resize resize) {
    return switch (resize) {
      case Resize.Keep() -> null;
      case Resize.Exact(Size size) -> sides(size);
      case Resize.Shortest(int side, Integer longest) ->
          longest == null
              ? Map.of("shortest", side)
              : new TreeMap<>(Map.of("shortest", side, "longest", longest));
      case Resize.AtMost(int longest, int multiple) ->
          new TreeMap<>(Map.of("at-most", longest, "multiple", multiple));
      case Resize.Within(Size size) -> Map.of("within", sides(size));
    };
  }

  private static Map<String, Object> pad(Padding padding) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (padding.size() == null) {
      tree.put("multiple", padding.multiple());
    } else {
      tree.putAll(sides(padding.size()));
    }
    tree.put("place", padding.place().text());
    tree.put("color", padding.color() == null ? ZERO : padding.color());
    return tree;
  }

  private static Map<String, Integer> sides(Size size) {
    Map<String, Integer> sides = new LinkedHashMap<>();
    sides.put("width", size.width());
    sides.put("height", size.height());
    return sides;
  }
}
