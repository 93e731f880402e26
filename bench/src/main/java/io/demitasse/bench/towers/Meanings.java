package io.demitasse.bench.towers;

import io.demitasse.ir.Tensor;
import io.demitasse.media.program.TextEncoder;
import io.demitasse.port.Runtime;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Where the text tower places captions; each is computed once. */
final class Meanings {
  private final TextEncoder encoder;
  private final Runtime.Session session;
  private final Map<String, float[]> known = new HashMap<>();

  Meanings(TextEncoder encoder, Runtime.Session session) {
    this.encoder = encoder;
    this.session = session;
  }

  /** Float {@code [384]}. */
  float[] of(String caption) {
    return known.computeIfAbsent(caption, this::computed);
  }

  private float[] computed(String caption) {
    Map<String, Tensor> tokens =
        encoder.inputs().fit(encoder.tokenizer().encode(caption).asInputs());
    return Objects.requireNonNull(session.run(tokens).get(Head.TEXT)).toFloats();
  }
}
