package io.demitasse.yaml;

import io.demitasse.error.DemitasseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a tree apart, collecting problems instead of stopping at the first. */
public final class Fields {
  private final List<String> problems = new ArrayList<>();

  /** Everything that was wrong so far. */
  public List<String> problems() {
    return problems;
  }

  /**
   * The tree of a YAML text; keys that stand twice in a map are problems.
   *
   * @param origin what the text is called in messages
   * @return null when the text is empty
   * @throws DemitasseException (bad request) when it is no YAML
   */
  public @Nullable Object tree(String text, String origin) {
    return Yaml.parse(text, origin, problems);
  }

  /** A map; empty where there is none. */
  public Map<String, Object> map(@Nullable Object value, String place) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> given) {
      given.forEach((key, element) -> map.put(String.valueOf(key), element));
    } else if (value != null) {
      problems.add(place + " must be a map of keys and values, got '" + value + "'");
    }
    return map;
  }

  /** A map that may have these keys and no others. */
  public Map<String, Object> map(@Nullable Object value, String place, List<String> keys) {
    Map<String, Object> map = map(value, place);
    map.keySet().stream()
        .filter(key -> !keys.contains(key))
        .forEach(
            key -> problems.add(place + " has an unknown key '" + key + "'; it may have " + keys));
    return map;
  }

  /** A list; empty where there is none. */
  public List<?> list(@Nullable Object value, String place) {
    if (value instanceof List<?> list) {
      return list;
    }
    if (value != null) {
      problems.add(place + " must be a list, got '" + value + "'");
    }
    return List.of();
  }

  /** Texts, of which a single one may stand without brackets. */
  public List<String> texts(@Nullable Object value, String place) {
    return value instanceof String text
        ? List.of(text)
        : list(value, place).stream().map(String::valueOf).toList();
  }

  /** Numbers. */
  public List<Double> numbers(@Nullable Object value, String place) {
    List<Double> numbers = new ArrayList<>();
    for (Object element : list(value, place)) {
      if (element instanceof Number number) {
        numbers.add(number.doubleValue());
      } else {
        problems.add(place + " must be numbers, got '" + element + "'");
      }
    }
    return numbers;
  }

  /** A number under a key, or what holds where there is none. */
  public double number(Map<String, Object> map, String key, String place, double usual) {
    Object value = map.getOrDefault(key, usual);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    problems.add(place + ", " + key + " must be a number, got '" + value + "'");
    return usual;
  }

  /** True or false under a key, or what holds where there is none. */
  public boolean truth(Map<String, Object> map, String key, String place, boolean usual) {
    Object value = map.getOrDefault(key, usual);
    if (value instanceof Boolean truth) {
      return truth;
    }
    problems.add(place + ", " + key + " must be true or false, got '" + value + "'");
    return usual;
  }
}
