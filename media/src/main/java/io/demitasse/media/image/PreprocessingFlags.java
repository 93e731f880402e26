package io.demitasse.media.image;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Preprocessing as a command line says it: {@code size=224,mean=0.5,0.5,0.5,std=0.5}. A part
 * without {@code =} goes on with the list before it. What is not said stays as it is.
 */
public final class PreprocessingFlags {
  /** What may be said, and how. */
  public static final String FORM =
      "size=224 (or size=WIDTHxHEIGHT), shortest=256, crop=224, scale=0.00392157,"
          + " mean=0.485,0.456,0.406, std=0.229,0.224,0.225, channels=rgb (bgr, gray), layout=nchw"
          + " (nhwc), filter=pillow-bilinear";

  private static final List<String> KEYS =
      List.of("size", "shortest", "crop", "scale", "mean", "std", "channels", "layout", "filter");

  private PreprocessingFlags() {}

  /**
   * What becomes of a preprocessing where flags say otherwise.
   *
   * @throws DemitasseException (bad request) with everything that is wrong
   */
  public static ImagePreprocessing over(ImagePreprocessing base, String flags) {
    List<String> problems = new ArrayList<>();
    Map<String, List<String>> said = parts(flags, problems);
    Map<String, Object> settings = new LinkedHashMap<>(base.settings());
    said.forEach((key, values) -> set(settings, key, values, problems));
    if (problems.isEmpty()) {
      ImagePreprocessing read = ImagePreprocessing.of(settings, "--image", problems);
      if (problems.isEmpty()) {
        return read;
      }
    }
    throw DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "--image %s is not understood:\n  - %s\nIt takes %s.",
            flags,
            String.join("\n  - ", problems),
            FORM));
  }

  private static Map<String, List<String>> parts(String flags, List<String> problems) {
    Map<String, List<String>> said = new LinkedHashMap<>();
    List<String> values = new ArrayList<>();
    for (String part : flags.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals >= 0) {
        values = new ArrayList<>();
        if (said.put(part.substring(0, equals).strip(), values) != null) {
          problems.add("'" + part.substring(0, equals).strip() + "' is said twice");
        }
      } else if (said.isEmpty()) {
        problems.add("'" + part.strip() + "' stands without a key");
      }
      values.add(part.substring(equals + 1).strip());
    }
    return said;
  }

  private static void set(
      Map<String, Object> settings, String key, List<String> values, List<String> problems) {
    String value = String.join(",", values);
    switch (key) {
      case "size" -> {
        settings.remove("crop");
        settings.remove("pad");
        settings.put("resize", size(value));
      }
      case "shortest" -> {
        settings.remove("pad");
        settings.put("resize", Map.of("shortest", number(value)));
      }
      case "crop" -> {
        settings.remove("pad");
        settings.put("crop", size(value));
      }
      case "scale" -> settings.put(key, number(value));
      case "mean", "std" ->
          settings.put(key, values.stream().map(PreprocessingFlags::number).toList());
      case "channels", "layout", "filter" -> settings.put(key, value);
      default ->
          problems.add(
              "there is no '"
                  + key
                  + "'"
                  + Nearest.suggestion(key, KEYS, ", but " + String.join(", ", KEYS)));
    }
  }

  /** One side, or {@code WIDTHxHEIGHT}. */
  private static Object size(String value) {
    String[] sides = value.split("x", -1);
    return sides.length == 2
        ? Map.of("width", number(sides[0]), "height", number(sides[1]))
        : number(value);
  }

  /** A number where it is one; what else is written is refused with its key by who reads it. */
  private static Object number(String value) {
    try {
      return Double.valueOf(value);
    } catch (NumberFormatException e) {
      return value;
    }
  }
}
