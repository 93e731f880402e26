package io.demitasse.manifest;

import io.demitasse.ir.Tie;
import io.demitasse.yaml.Fields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the tree of a {@code bundle.yaml} into a manifest, telling all that is wrong at once. */
final class ManifestReader {
  static final List<String> KEYS =
      List.of("demitasse-bundle", "program", "settings", "parts", "tied");
  static final List<String> PART_KEYS = List.of("file", "modality", "preprocessing");
  static final List<String> TIED_KEYS = List.of("tensors", "dimensions");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final Path folder;
  private final Fields fields = new Fields();

  ManifestReader(Path folder) {
    this.folder = folder;
  }

  Manifest read(String text, String origin) {
    return readTree(fields.tree(text, origin), origin);
  }

  Manifest readTree(@Nullable Object tree, String origin) {
    Map<String, Object> root = fields.map(tree, "the bundle", KEYS);
    if (!Integer.valueOf(Manifests.VERSION).equals(root.get("demitasse-bundle"))) {
      problem(
          String.format(
              Locale.ROOT,
              "it must say 'demitasse-bundle: %d', got %s",
              Manifests.VERSION,
              root.get("demitasse-bundle")));
    }
    if (!(root.get("program") instanceof String)) {
      problem(
          String.format(
              Locale.ROOT, "it must name its program, such as 'program: %s'", Manifest.SINGLE));
    }
    Map<String, Manifest.Part> parts = parts(root.get("parts"));
    Map<String, Object> tied = fields.map(root.get("tied"), "tied", TIED_KEYS);
    Manifest manifest =
        new Manifest(
            String.valueOf(root.get("program")),
            fields.map(root.get("settings"), "settings"),
            parts,
            ties(tied.get("tensors"), "tied tensors", Tie.Place::parse, "part:tensor").stream()
                .map(Tie.OfTensors::new)
                .toList(),
            ties(tied.get("dimensions"), "tied dimensions", Tie.Axis::parse, "part:value[axis]")
                .stream()
                .map(Tie.OfDimensions::new)
                .toList());
    if (!fields.problems().isEmpty()) {
      throw Manifests.invalid(origin, fields.problems());
    }
    return manifest;
  }

  private Map<String, Manifest.Part> parts(@Nullable Object tree) {
    Map<String, Manifest.Part> parts = new LinkedHashMap<>();
    Map<String, String> owners = new LinkedHashMap<>();
    fields
        .map(tree, "parts")
        .forEach(
            (name, part) -> {
              Map<String, Object> given = fields.map(part, "part '" + name + "'", PART_KEYS);
              if (!NAME.matcher(name).matches()) {
                problem(
                    String.format(
                        Locale.ROOT, "part '%s': a name has letters, digits, '-' and '_'", name));
              }
              String file = file(name, given.get("file"));
              String other = owners.putIfAbsent(file, name);
              if (other != null && !file.isEmpty()) {
                problem(
                    String.format(
                        Locale.ROOT,
                        "parts '%s' and '%s' name the same file %s",
                        other,
                        name,
                        file));
              }
              Manifest.Modality modality = modality(name, given.get("modality"));
              Map<String, Object> preprocessing =
                  fields.map(given.get("preprocessing"), "preprocessing of part '" + name + "'");
              parts.put(name, new Manifest.Part(file, modality, preprocessing));
            });
    if (parts.isEmpty()) {
      problem("it has no parts");
    }
    return parts;
  }

  private String file(String part, @Nullable Object value) {
    if (!(value instanceof String name) || name.isBlank()) {
      problem(String.format(Locale.ROOT, "part '%s' must name its file, got %s", part, value));
      return "";
    }
    InnerFile.of(folder, name)
        .ifPresentOrElse(
            file -> {
              if (!Files.isRegularFile(file)) {
                problem(
                    String.format(
                        Locale.ROOT,
                        "part '%s': there is no file %s in the bundle's folder",
                        part,
                        name));
              }
            },
            () ->
                problem(
                    String.format(
                        Locale.ROOT,
                        "part '%s': the file %s lies outside the bundle's folder",
                        part,
                        name)));
    return name;
  }

  private Manifest.Modality modality(String part, @Nullable Object value) {
    List<Manifest.Modality> known = List.of(Manifest.Modality.values());
    return known.stream()
        .filter(modality -> modality.key().equals(value))
        .findFirst()
        .orElseGet(
            () -> {
              problem(
                  String.format(
                      Locale.ROOT,
                      "part '%s': the modality must be one of %s, got %s",
                      part,
                      known.stream().map(Manifest.Modality::key).toList(),
                      value));
              return Manifest.Modality.TENSORS;
            });
  }

  private <T> List<List<T>> ties(
      @Nullable Object tree, String place, Function<String, Optional<T>> parse, String form) {
    List<List<T>> ties = new ArrayList<>();
    for (Object group : fields.list(tree, place)) {
      List<T> tie = new ArrayList<>();
      for (String text : fields.texts(group, place)) {
        parse
            .apply(text)
            .ifPresentOrElse(
                tie::add,
                () ->
                    problem(
                        String.format(
                            Locale.ROOT, "%s: '%s' is not of the form %s", place, text, form)));
      }
      if (tie.size() < 2) {
        problem(
            String.format(Locale.ROOT, "%s: %s ties nothing, it takes at least two", place, group));
      }
      ties.add(tie);
    }
    return ties;
  }

  private void problem(String text) {
    fields.problems().add(text);
  }
}
