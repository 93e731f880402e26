package io.demitasse.media.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.error.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the classes of a model are called, as a file beside it says.
 *
 * @param file its name
 * @param byIndex from 0; there may be gaps
 */
record ClassNames(String file, Map<Integer, String> byIndex) {
  private static final String CONFIG = "config.json";
  private static final String LIST = "labels.txt";
  private static final long LARGEST = 16 << 20;

  /** What exporters write where nobody named the classes. */
  private static final Pattern UNNAMED = Pattern.compile("LABEL_\\d+");

  private static final Pattern INDEX = Pattern.compile("\\d{1,9}");

  ClassNames {
    byIndex = Map.copyOf(byIndex);
  }

  /**
   * All that lie beside a model, what says most about it first. Repositories that keep their models
   * in a folder {@code onnx} have them one level up.
   *
   * @param model the model file or its folder
   * @throws DemitasseException (bad request) when one cannot be read
   */
  static List<ClassNames> beside(Path model) {
    List<ClassNames> found = new ArrayList<>();
    first(model, CONFIG).flatMap(ClassNames::configured).ifPresent(found::add);
    first(model, LIST).map(ClassNames::listed).ifPresent(found::add);
    return found;
  }

  private static Optional<Path> first(Path model, String name) {
    Path place = model.toAbsolutePath().normalize();
    Path folder = Files.isDirectory(place) ? place : place.resolveSibling("");
    return Stream.of(folder, folder.endsWith("onnx") ? folder.resolveSibling("") : folder)
        .map(each -> each.resolve(name))
        .filter(RegularFile::isAt)
        .findFirst();
  }

  /** The {@code id2label} of a configuration; empty where it has none, or only counts. */
  private static Optional<ClassNames> configured(Path file) {
    Map<Integer, String> names = new TreeMap<>();
    try {
      JsonNode labels = new JsonMapper().readTree(content(file)).path("id2label");
      labels
          .properties()
          .forEach(
              entry -> {
                if (INDEX.matcher(entry.getKey()).matches() && entry.getValue().isTextual()) {
                  names.put(Integer.valueOf(entry.getKey()), entry.getValue().asText());
                }
              });
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return names.values().stream().allMatch(name -> UNNAMED.matcher(name).matches())
        ? Optional.empty()
        : Optional.of(new ClassNames(CONFIG, names));
  }

  /** A class a line, the first is class 0. */
  private static ClassNames listed(Path file) {
    Map<Integer, String> names = new TreeMap<>();
    try {
      List<String> lines =
          new String(content(file), StandardCharsets.UTF_8).stripTrailing().lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        names.put(i, lines.get(i).strip());
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return new ClassNames(LIST, names);
  }

  private static byte[] content(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes, at most %,d are read",
              file,
              Files.size(file),
              LARGEST));
    }
    return Files.readAllBytes(file);
  }

  private static DemitasseException unreadable(Path file, IOException e) {
    return new DemitasseException(
        DemitasseException.Kind.BAD_REQUEST, "cannot read " + file + ": " + Reason.of(e), e);
  }

  /** Whether each class of a model with so many has at most one name, and none is beyond them. */
  boolean fits(int classes) {
    return byIndex.keySet().stream().allMatch(index -> index < classes);
  }

  /**
   * The class of a name, in whatever case and with underscores or hyphens for spaces; one of the
   * synonyms between commas will do. Empty where there is none, or several.
   */
  Optional<Integer> index(String name) {
    String wanted = plain(name);
    List<Integer> whole = indices(wanted, Stream::of);
    List<Integer> found =
        whole.isEmpty() ? indices(wanted, label -> Stream.of(label.split(","))) : whole;
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private List<Integer> indices(
      String wanted, java.util.function.Function<String, Stream<String>> names) {
    return byIndex.entrySet().stream()
        .filter(
            entry -> names.apply(entry.getValue()).map(ClassNames::plain).anyMatch(wanted::equals))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ').replace('-', ' ').strip();
  }
}
