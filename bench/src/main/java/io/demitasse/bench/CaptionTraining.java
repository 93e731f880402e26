package io.demitasse.bench;

import io.demitasse.bench.AskedQuestions.Asked;
import io.demitasse.bench.PictureCaptions.Shown;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.media.data.Datasets;
import io.demitasse.media.data.SampleKinds;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.train.Examples;
import io.demitasse.train.Schedule;
import io.demitasse.train.Trained;
import io.demitasse.train.Training;
import io.demitasse.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Captions of pictures, learned from nothing but what another model has learned to see: a captioner
 * of the zoo reads the features of the late fusion of {@link QuestionTraining}, and writes what
 * questions and answers tell of each picture, see {@link PictureCaptions}.
 *
 * <p>The share of next tokens that it names right is bounded, for nothing in a picture tells which
 * of the phrases is meant; a caption that it writes, always with the likeliest token, is right
 * where it is any of them.
 *
 * <p>Arguments: the folder of the data, the folder of the trained models, {@code lstm} or {@code
 * transformer}, and any of {@code epochs=4}, {@code rate=.002}, {@code threads=1}.
 */
public final class CaptionTraining {
  private static final long SEED = 1;
  private static final int BATCH = 64;
  private static final String TARGET = "next";

  /** The number of {@link WordTokenizer#PADDING}. */
  private static final long PADDING = 0;

  private final Ports ports = Ports.find();
  private final Path models;
  private final String kind;
  private final Samples samples;
  private int epochs = 4;
  private double rate = .002;
  private int threads = 1;

  private CaptionTraining(List<String> arguments) {
    this.samples =
        Datasets.open(Path.of(arguments.get(0)).resolve(EasyVqa.LIST), SampleKinds.MEDIA);
    this.models = Path.of(arguments.get(1));
    this.kind = arguments.get(2);
    for (String argument : arguments.subList(3, arguments.size())) {
      String[] parts = argument.split("=", 2);
      switch (parts[0]) {
        case "epochs" -> epochs = Integer.parseInt(parts[1]);
        case "rate" -> rate = Double.parseDouble(parts[1]);
        case "threads" -> threads = Integer.parseInt(parts[1]);
        default -> throw new IllegalArgumentException("unknown: " + argument);
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    new CaptionTraining(List.of(arguments)).run();
  }

  private void run() throws IOException {
    Map<Path, Shown> train = shown(Split.TRAIN);
    WordTokenizer words =
        WordTokenizer.of(train.values().stream().flatMap(each -> each.captions().stream()), true);
    Path folder = Files.createDirectories(models.resolve("captions"));
    words.write(folder.resolve(PictureQuestions.TOKENIZER));
    try (TextTokenizer tokenizer =
            TextTokenizer.open(folder.resolve(PictureQuestions.TOKENIZER), TextLimits.USUAL);
        PictureFeatures features = PictureFeatures.of(models, !isLstm(), ports, threads)) {
      Model model =
          untrained(words.words().size(), features.size(train.keySet().iterator().next()));
      long began = System.nanoTime();
      learn(
          model,
          examples(train, tokenizer, features),
          examples(shown(Split.CHOOSE), tokenizer, features));
      System.out.printf(
          Locale.ROOT, "%s learned in %.0f s%n", kind, (System.nanoTime() - began) / 1e9);
      Path file = folder.resolve(kind + ".onnx");
      ports.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
      judge(file, new GreedyCaptions(words), tokenizer, features);
    }
  }

  private boolean isLstm() {
    return kind.equals("lstm");
  }

  private Map<Path, Shown> shown(Split split) {
    List<Asked> asked = AskedQuestions.of(samples, split, List.of()).all();
    Map<Path, Shown> shown = PictureCaptions.of(asked);
    System.out.printf(Locale.ROOT, "%s: color and shape of %,d pictures%n", split, shown.size());
    return shown;
  }

  private Model untrained(int words, int features) {
    Map<String, String> sizes =
        isLstm()
            ? Map.of("width", "64", "state", "128")
            : Map.of(
                "width", "64", "layers", "2", "heads", "4", "hidden", "128", "positions", "16");
    Map<String, String> all = new HashMap<>(sizes);
    all.put("words", Integer.toString(words));
    all.put("features", Integer.toString(features));
    return Zoo.make(kind + "-captioner", all, SEED).part(Bundle.SINGLE);
  }

  /** Each picture with each of its captions; a target is the token behind. */
  private static List<Batch> examples(
      Map<Path, Shown> shown, TextTokenizer tokenizer, PictureFeatures features) {
    List<String> captions =
        shown.values().stream().flatMap(each -> each.captions().stream()).toList();
    Tensor ids = tokenizer.encode(captions).inputIds();
    int length = (int) ids.size(1);
    long[] all = ids.toLongs();
    List<Batch> examples = new ArrayList<>();
    int row = 0;
    for (Map.Entry<Path, Shown> each : shown.entrySet()) {
      Tensor seen = features.of(Objects.requireNonNull(each.getKey()));
      for (int i = 0; i < each.getValue().captions().size(); i++) {
        long[] caption = Arrays.copyOfRange(all, row * length, ++row * length);
        examples.add(example(seen, caption));
      }
    }
    return examples;
  }

  private static Batch example(Tensor features, long[] caption) {
    long[] given = Arrays.copyOf(caption, caption.length - 1);
    long[] next = Arrays.copyOfRange(caption, 1, caption.length);
    for (int i = 0; i < next.length; i++) {
      next[i] = next[i] == PADDING ? Loss.IGNORED : next[i];
    }
    long[] sizes = {1, given.length};
    return new Batch(
        Map.of("features", features, "input_ids", Tensor.ofLongs(sizes, given)),
        Map.of(TARGET, Tensor.ofLongs(sizes, next)));
  }

  private void learn(Model model, List<Batch> train, List<Batch> validation) {
    Objective objective =
        Objective.of(new Term.Labels(new Loss.CrossEntropy(0), "logits", TARGET, 1));
    Trainer.Settings settings =
        new Trainer.Settings(
            threads, SEED, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01));
    Schedule schedule =
        new Schedule(
            epochs * Math.ceilDiv(train.size(), BATCH),
            BATCH,
            new Schedule.Rate(rate, .1, Schedule.Decay.COSINE),
            new Schedule.Averaging.None(),
            8,
            8,
            Duration.ofMinutes(10),
            SEED);
    Map<String, Value> parameters = Parameters.of(model);
    Trainer.Student student = new Trainer.Student(kind, model, parameters.keySet(), objective);
    try (Trainer.Session session =
        Ports.find(Trainer.class)
            .orElseThrow()
            .open(new Trainer.Setup(List.of(student), Map.of(), settings))) {
      Trained trained =
          new Training(
                  session,
                  Examples.of(train),
                  Examples.of(validation),
                  schedule,
                  new PrintedTraining().learning(kind, schedule))
              .run();
      Map<String, Tensor> weights = Objects.requireNonNull(trained.weights().get(kind));
      parameters.forEach(
          (key, value) ->
              value.graph().setInitializer(value, Objects.requireNonNull(weights.get(key))));
    }
  }

  private void judge(
      Path file, GreedyCaptions greedy, TextTokenizer tokenizer, PictureFeatures features) {
    Map<Path, Shown> test = shown(Split.JUDGE);
    try (Runtime.Session session = ports.runtime().open(file, Runtime.SessionOptions.of(threads))) {
      double tokens =
          GreedyCaptions.nextTokens(session, examples(test, tokenizer, features), TARGET);
      List<Path> pictures = List.copyOf(test.keySet());
      List<String> written = greedy.written(session, pictures.stream().map(features::of).toList());
      int right = 0;
      for (int i = 0; i < pictures.size(); i++) {
        Shown shown = Objects.requireNonNull(test.get(pictures.get(i)));
        right += shown.captions().contains(written.get(i)) ? 1 : 0;
      }
      System.out.printf(
          Locale.ROOT,
          "%s: %,d bytes, next tokens right %.4f, captions right %.4f (%,d of %,d), such as '%s'%n",
          kind,
          file.toFile().length(),
          tokens,
          (double) right / pictures.size(),
          right,
          pictures.size(),
          written.getFirst());
    }
  }
}
