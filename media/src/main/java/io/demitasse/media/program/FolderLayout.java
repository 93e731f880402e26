package io.demitasse.media.program;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.wired.Shorthand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a folder is, told by the names of its files as exporters give them and by the inputs and
 * outputs of its models.
 */
final class FolderLayout {
  /** Other forms of a model that stands beside them. */
  private static final Pattern VARIANT =
      Pattern.compile("_(quantized|fp16|int8|uint8|q4|q4f16|bnb4|q8)(?=\\.onnx$)");

  private static final String LATER = "decoder-with-past";

  private final Path folder;
  private final ProposedPreprocessing preprocessing;
  private final Map<String, Model> models = new LinkedHashMap<>();

  FolderLayout(Path folder, Map<String, Model> models) {
    this.folder = folder;
    this.preprocessing = new ProposedPreprocessing(folder);
    models.forEach(
        (file, model) -> {
          String original = VARIANT.matcher(file).replaceFirst("");
          if (original.equals(file) || !models.containsKey(original)) {
            this.models.put(file, model);
          }
        });
  }

  Optional<Manifest> manifest() {
    return ocr().or(this::twoTower).or(this::encoderDecoder).or(this::decoder).or(this::single);
  }

  private Optional<Manifest> ocr() {
    String detector = find("det", FolderLayout::isDetector);
    String recognizer = find("rec", FolderLayout::isRecognizer);
    if (detector == null || recognizer == null) {
      return Optional.empty();
    }
    Map<String, Manifest.Part> parts = new LinkedHashMap<>();
    parts.put("detector", part(detector, Modality.IMAGE));
    put(parts, "classifier", find("cls", FolderLayout::isClassifier), Modality.IMAGE);
    parts.put("recognizer", part(recognizer, Modality.IMAGE));
    String text = find("", FolderLayout::takesText);
    if (text != null) {
      parts.put("text", embedding(text));
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    keys(model(recognizer)).ifPresent(file -> settings.put("keys", file));
    return Optional.of(new Manifest("ocr", settings, parts, List.of(), List.of()));
  }

  private Optional<Manifest> twoTower() {
    String text = find("text", FolderLayout::takesText);
    String vision = find("vision", FolderLayout::takesPicture);
    vision = vision == null ? find("image", FolderLayout::takesPicture) : vision;
    if (text == null || vision == null) {
      return Optional.empty();
    }
    Map<String, Manifest.Part> parts = new LinkedHashMap<>();
    parts.put("vision", new Manifest.Part(vision, Modality.IMAGE, preprocessing.pictures(vision)));
    parts.put("text", embedding(text));
    List<Tie.Axis> tied = new ArrayList<>();
    embedding("vision", model(vision)).ifPresent(tied::add);
    embedding("text", model(text)).ifPresent(tied::add);
    return Optional.of(new Manifest("two-tower", Map.of(), parts, List.of(), ties(tied)));
  }

  private Optional<Manifest> encoderDecoder() {
    String encoder = find("encoder_model", model -> true);
    String decoder = find("decoder_model_merged", model -> true);
    decoder = decoder == null ? find("decoder_model", model -> true) : decoder;
    if (encoder == null || decoder == null) {
      return Optional.empty();
    }
    Map<String, Manifest.Part> parts = new LinkedHashMap<>();
    parts.put("encoder", encoder(encoder));
    parts.put("decoder", decoder(decoder));
    String later = find("decoder_with_past", model -> true);
    if (later != null && !named(decoder, "merged")) {
      parts.put(LATER, decoder(later));
    }
    List<Tie.Axis> tied = new ArrayList<>();
    lastAxis("encoder", model(encoder), "last_hidden_state").ifPresent(tied::add);
    lastAxis("decoder", model(decoder), "encoder_hidden_states").ifPresent(tied::add);
    if (later != null && parts.containsKey(LATER)) {
      lastAxis(LATER, model(later), "encoder_hidden_states").ifPresent(tied::add);
    }
    return Optional.of(
        new Manifest(
            Shorthand.ENCODER_DECODER.program(),
            GenerationConfig.of(folder).settings(),
            parts,
            List.of(),
            Stream.concat(ties(tied).stream(), sameNames(model(encoder), model(decoder)))
                .toList()));
  }

  /** What an encoder gives under the names that its decoder takes, such as keys and values. */
  private static Stream<Tie.OfDimensions> sameNames(Model encoder, Model decoder) {
    return encoder.graph().outputs().stream()
        .filter(
            output ->
                decoder.graph().inputs().stream()
                    .anyMatch(input -> input.name().equals(output.name())))
        .flatMap(output -> fixedAxes(output).map(axis -> sameName(output.name(), axis)));
  }

  private static Stream<Integer> fixedAxes(Value value) {
    Shape shape = shape(value);
    return shape == null
        ? Stream.of()
        : IntStream.range(1, shape.rank())
            .filter(axis -> shape.dim(axis) instanceof Dim.Fixed)
            .boxed();
  }

  private static Tie.OfDimensions sameName(String name, int axis) {
    return new Tie.OfDimensions(
        List.of(
            new Tie.Axis(new Tie.Place("encoder", name), axis),
            new Tie.Axis(new Tie.Place("decoder", name), axis)));
  }

  /** A model that goes on from a text with a cache, or without one where its folder says how. */
  private Optional<Manifest> decoder() {
    if (models.size() != 1) {
      return Optional.empty();
    }
    String file = models.keySet().iterator().next();
    Map<String, Object> settings = GenerationConfig.of(folder).settings();
    if (!isDecoder(model(file)) || !settings.containsKey("stop")) {
      return Optional.empty();
    }
    return Optional.of(
        new Manifest(
            Shorthand.DECODER.program(),
            settings,
            Map.of(Shorthand.DECODER_PART, decoder(file)),
            List.of(),
            List.of()));
  }

  private static boolean isDecoder(Model model) {
    return takesText(model)
        && model.graph().inputs().stream().anyMatch(input -> input.name().startsWith("past"))
        && model.graph().outputs().stream().anyMatch(output -> output.name().equals("logits"));
  }

  private Manifest.Part encoder(String file) {
    Modality modality = modality(model(file));
    return new Manifest.Part(
        file,
        modality,
        switch (modality) {
          case IMAGE, VIDEO -> preprocessing.pictures(file);
          case TEXT -> preprocessing.tokens(file);
          case AUDIO -> preprocessing.sounds(file);
          default -> Map.of();
        });
  }

  private Manifest.Part decoder(String file) {
    return new Manifest.Part(file, Modality.TEXT, preprocessing.tokens(file));
  }

  /** A part that embeds texts. */
  private Manifest.Part embedding(String file) {
    return new Manifest.Part(file, Modality.TEXT, preprocessing.texts(file, model(file)));
  }

  private Optional<Manifest> single() {
    if (models.size() != 1) {
      return Optional.empty();
    }
    String file = models.keySet().iterator().next();
    Modality modality = modality(model(file));
    Manifest.Part part =
        switch (modality) {
          case TEXT -> embedding(file);
          case IMAGE, VIDEO -> new Manifest.Part(file, modality, preprocessing.pictures(file));
          case AUDIO -> new Manifest.Part(file, modality, preprocessing.sounds(file));
          default -> part(file, modality);
        };
    return Optional.of(
        new Manifest(Manifest.SINGLE, Map.of(), Map.of(Bundle.SINGLE, part), List.of(), List.of()));
  }

  private Model model(String file) {
    return Objects.requireNonNull(models.get(file));
  }

  /** The first model of a kind, one whose file name has the word before others. */
  private @Nullable String find(String word, Predicate<Model> kind) {
    List<String> candidates =
        models.entrySet().stream()
            .filter(entry -> kind.test(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    boolean byKindAlone = List.of("det", "rec", "cls", "").contains(word);
    return candidates.stream()
        .filter(file -> named(file, word))
        .findFirst()
        .orElse(byKindAlone && candidates.size() == 1 ? candidates.getFirst() : null);
  }

  private static boolean named(String file, String word) {
    return Path.of(file).getFileName().toString().toLowerCase(Locale.ROOT).contains(word);
  }

  private static Manifest.Part part(String file, Modality modality) {
    return new Manifest.Part(file, modality, Map.of());
  }

  private static void put(
      Map<String, Manifest.Part> parts, String name, @Nullable String file, Modality modality) {
    if (file != null) {
      parts.put(name, part(file, modality));
    }
  }

  private static List<Tie.OfDimensions> ties(List<Tie.Axis> tied) {
    return tied.size() > 1 ? List.of(new Tie.OfDimensions(tied)) : List.of();
  }

  private static Modality modality(Model model) {
    if (VideoInput.of(model, PictureInput.Told.NOTHING, Optional.empty()).isPresent()) {
      return Modality.VIDEO;
    }
    if (takesPicture(model)) {
      return Modality.IMAGE;
    }
    if (takesText(model)) {
      return Modality.TEXT;
    }
    return model.graph().inputs().stream().anyMatch(input -> input.name().contains("feature"))
        ? Modality.AUDIO
        : Modality.TENSORS;
  }

  private static boolean takesText(Model model) {
    return model.graph().inputs().stream().anyMatch(input -> input.name().equals("input_ids"));
  }

  private static boolean takesPicture(Model model) {
    return model.graph().inputs().stream()
        .anyMatch(
            input -> {
              Shape shape = shape(input);
              return input.name().equals("pixel_values")
                  || (shape != null
                      && shape.rank() == 4
                      && shape.dim(1) instanceof Dim.Fixed(long channels)
                      && channels == 3);
            });
  }

  private static boolean isDetector(Model model) {
    return takesPicture(model) && outputRank(model) == 4;
  }

  private static boolean isRecognizer(Model model) {
    return takesPicture(model) && outputRank(model) == 3;
  }

  private static boolean isClassifier(Model model) {
    return takesPicture(model) && outputRank(model) == 2;
  }

  private static int outputRank(Model model) {
    Shape shape = shape(model.graph().outputs().getFirst());
    return shape == null ? -1 : shape.rank();
  }

  private static @Nullable Shape shape(Value value) {
    return value.type() instanceof ValueType.OfTensor(var _, Shape shape) ? shape : null;
  }

  /** The axis of a tower's embedding. */
  private static Optional<Tie.Axis> embedding(String part, Model model) {
    return TowerEmbedding.declared(model)
        .map(output -> new Tie.Axis(new Tie.Place(part, output.name()), 1));
  }

  private static Optional<Tie.Axis> lastAxis(String part, Model model, String name) {
    Value value = model.graph().find(name);
    Shape shape = value == null ? null : shape(value);
    return shape == null
        ? Optional.empty()
        : Optional.of(new Tie.Axis(new Tie.Place(part, name), shape.rank() - 1));
  }

  /** The list of characters: the text file with as many lines as the recognizer has classes. */
  private Optional<String> keys(Model recognizer) {
    Shape shape = shape(recognizer.graph().outputs().getFirst());
    long classes =
        shape != null && shape.dim(2) instanceof Dim.Fixed(long size) ? size : Long.MIN_VALUE;
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> lists = files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
      return lists.stream()
          .filter(file -> lines(file) + 2 == classes)
          .findFirst()
          .or(() -> lists.size() == 1 ? Optional.of(lists.getFirst()) : Optional.empty())
          .map(file -> folder.relativize(file).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines.count();
    } catch (IOException | java.io.UncheckedIOException e) {
      return -1;
    }
  }
}
