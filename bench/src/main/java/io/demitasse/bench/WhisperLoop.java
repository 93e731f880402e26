package io.demitasse.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down sounds with the two models of a folder, the likeliest token after the other. */
final class WhisperLoop implements AutoCloseable {
  private final Runtime.Session encoder;
  private final Runtime.Session decoder;
  private final Map<String, Tensor> empty = new LinkedHashMap<>();
  private final long end;
  private final long[] prompt;
  private final long[] suppressed;
  private final long[] suppressedFirst;
  private final int most;

  WhisperLoop(Path encoderFile, Path decoderFile, Path settings, int threads) throws IOException {
    ModelFormat format = Ports.find().format();
    Model writer = format.read(decoderFile);
    Runtime runtime = Ports.find().runtime();
    encoder = runtime.open(format.read(encoderFile), Runtime.SessionOptions.of(threads));
    decoder = runtime.open(writer, Runtime.SessionOptions.of(threads));
    writer.graph().inputs().stream()
        .filter(input -> input.name().startsWith("past."))
        .forEach(
            input -> {
              long[] sizes =
                  input.shape().orElseThrow().dims().stream()
                      .mapToLong(dim -> dim instanceof Dim.Fixed(long size) ? size : 0)
                      .toArray();
              sizes[0] = 1;
              empty.put(input.name(), Tensor.ofFloats(sizes));
            });
    JsonNode config = new ObjectMapper().readTree(settings.toFile());
    end = config.get("eos_token_id").asLong();
    List<Long> first = new ArrayList<>(List.of(config.get("decoder_start_token_id").asLong()));
    config.get("forced_decoder_ids").forEach(pair -> first.add(pair.get(1).asLong()));
    prompt = first.stream().mapToLong(Long::longValue).toArray();
    suppressed = ids(config.get("suppress_tokens"));
    suppressedFirst = ids(config.get("begin_suppress_tokens"));
    most = config.get("max_length").asInt();
  }

  private static long[] ids(JsonNode list) {
    List<Long> ids = new ArrayList<>();
    list.forEach(id -> ids.add(id.asLong()));
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  /** Keys and values of the sound and of no token, as the decoder takes them. */
  Map<String, Tensor> heard(Tensor features) {
    Map<String, Tensor> state = new LinkedHashMap<>(empty);
    Map<String, Tensor> made = encoder.run(Map.of("input_features", features));
    made.remove("last_hidden_state");
    state.putAll(made);
    return state;
  }

  /** Scores of the words behind the last token; the state goes on. */
  float[] step(Map<String, Tensor> state, long... ids) {
    state.put("input_ids", Tensor.ofLongs(new long[] {1, ids.length}, ids));
    Map<String, Tensor> made = decoder.run(state);
    Tensor logits = made.remove("logits");
    made.forEach((name, tensor) -> state.put(name.replace("present.", "past."), tensor));
    int words = (int) logits.size(2);
    return logits.toFloats((ids.length - 1L) * words, words);
  }

  /** The tokens of a sound, without what is said before and behind. */
  long[] tokens(Tensor features) {
    Map<String, Tensor> state = heard(features);
    List<Long> tokens = new ArrayList<>();
    float[] scores = step(state, prompt);
    for (long id : suppressedFirst) {
      scores[(int) id] = Float.NEGATIVE_INFINITY;
    }
    long token = best(scores);
    while (token != end && prompt.length + tokens.size() < most - 1) {
      tokens.add(token);
      token = best(step(state, token));
    }
    return tokens.stream().mapToLong(Long::longValue).toArray();
  }

  /** What is said before a text. */
  long[] prompt() {
    return prompt.clone();
  }

  private long best(float[] scores) {
    for (long id : suppressed) {
      scores[(int) id] = Float.NEGATIVE_INFINITY;
    }
    int best = 0;
    for (int id = 1; id < scores.length; id++) {
      // What has a higher number than the end is no text.
      boolean text = id <= end;
      best = text && scores[id] > scores[best] ? id : best;
    }
    return best;
  }

  @Override
  public void close() {
    encoder.close();
    decoder.close();
  }
}
