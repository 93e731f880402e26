package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.media.text.TextTokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A text encoder and a decoder with a key-value cache, of which each step is given what the one
 * before has kept:
 *
 * <pre>
 *   text ── encoder ── hidden ─┐
 *                  token ─── decoder ─── logits ── largest ─┐
 *                 ▲  past ──┘       └── present ── past     │
 *                 └─────────────────────────────────────────┘
 * </pre>
 *
 * <p>Outputs, of n steps: {@code logits} float {@code [n,V]}, {@code tokens} int64 {@code [n]}.
 *
 * @param start the token before the first
 * @param end the token after the last
 */
record GreedyProgram(TextTokenizer tokenizer, long start, long end) implements Program {
  static final String NAME = "greedy";
  static final String ENCODER = "encoder";
  static final String DECODER = "decoder";
  static final int STEPS = 12;
  static final int WIDTH = 64;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    if (!(sample instanceof Sample.Text(String _, String text, var _))) {
      throw DemitasseException.badRequest("Sample " + sample.id() + " is no text.");
    }
    Tensor hidden =
        parts
            .run(ENCODER, Map.of("input_ids", tokenizer.encode(text).inputIds()))
            .get("last_hidden_state");
    List<float[]> logits = new ArrayList<>();
    List<Long> tokens = new ArrayList<>();
    Map<String, Tensor> past = nothing();
    for (long token = start; token != end && tokens.size() < STEPS; ) {
      Map<String, Tensor> inputs = new HashMap<>(past);
      inputs.put("encoder_hidden_states", hidden);
      inputs.put("input_ids", Tensor.ofLongs(new long[] {1, 1}, token));
      Map<String, Tensor> outputs = parts.run(DECODER, inputs);
      logits.add(outputs.get("logits").toFloats());
      token = largest(logits.getLast());
      tokens.add(token);
      past = Map.of("past_key", outputs.get("key"), "past_value", outputs.get("value"));
    }
    return Map.of("logits", rows(logits), "tokens", row(tokens));
  }

  private static Map<String, Tensor> nothing() {
    Tensor empty = Tensor.ofFloats(new long[] {1, 0, WIDTH});
    return Map.of("past_key", empty, "past_value", empty);
  }

  private static long largest(float[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  private static Tensor rows(List<float[]> rows) {
    int width = rows.getFirst().length;
    float[] all = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * width, width);
    }
    return Tensor.ofFloats(new long[] {rows.size(), width}, all);
  }

  private static Tensor row(List<Long> numbers) {
    return Tensor.ofLongs(
        new long[] {numbers.size()}, numbers.stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
