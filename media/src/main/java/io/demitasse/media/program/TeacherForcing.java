package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Supervision;
import io.demitasse.ir.Tensor;
import io.demitasse.media.wired.Loop;
import io.demitasse.media.wired.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A loop that runs once on the text that is right, all tokens at once (R. J. Williams, D. Zipser, A
 * Learning Algorithm for Continually Running Fully Recurrent Neural Networks, Neural Computation 1,
 * 1989).
 *
 * <pre>
 *   given    begin  the  red  cup
 *   target          the  red  cup  end
 * </pre>
 *
 * @param step that generates
 * @param decoder its parts
 */
record TeacherForcing(WiredStep step, DecoderParts decoder) {
  /** The field that holds what is right; of several texts the first is learned. */
  private static final String RIGHT = Source.OfSample.TEXT;

  /** Empty where the step runs once anyway. */
  static Optional<TeacherForcing> of(WiredStep step) {
    return step.decoder().map(decoder -> new TeacherForcing(step, decoder));
  }

  /**
   * Tokens that a text goes on from.
   *
   * @throws DemitasseException (bad request) where there are none
   */
  static List<Long> prompt(WiredStep step, Loop loop, Sample sample) {
    List<Long> prompt = new ArrayList<>();
    loop.prompt()
        .flatMap(source -> SampleInputs.text(source, sample))
        .ifPresent(text -> LongStream.of(step.inputs().ids(text)).forEach(prompt::add));
    prompt.addAll(loop.rules().begin());
    if (prompt.isEmpty()) {
      throw DemitasseException.badRequest(
          "it has no text for step '" + step.run().name() + "' to go on from");
    }
    return prompt;
  }

  /** Of a decoder that is prompted by its text, the text itself is what is right. */
  private boolean isPrompted() {
    return decoder.loop().prompt().isPresent();
  }

  private long[] right(Sample sample) {
    String text =
        sample.fields().texts(RIGHT).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "it has no field 'text' with what part '"
                            + decoder.part(false)
                            + "' should say"));
    return step.inputs().words(text);
  }

  private long[] given(Sample sample) {
    LongStream before = decoder.loop().rules().begin().stream().mapToLong(Long::longValue);
    return LongStream.concat(
            isPrompted() ? LongStream.of(step.inputs().ids(text(sample))) : before,
            isPrompted() ? before : LongStream.of(right(sample)))
        .toArray();
  }

  private String text(Sample sample) {
    return decoder
        .loop()
        .prompt()
        .flatMap(source -> SampleInputs.text(source, sample))
        .orElseThrow(() -> DemitasseException.badRequest("it has no text to learn from"));
  }

  /**
   * Runs the part on all tokens at once.
   *
   * @param inputs that are the same in all steps
   * @return its outputs
   */
  Map<String, Tensor> run(Sample sample, Map<String, Tensor> inputs, Program.Parts parts) {
    if (decoder.first().takesOneToken()) {
      throw DemitasseException.badRequest(
          "part '"
              + decoder.part(false)
              + "' takes one token at a time, so that it cannot be trained on whole texts");
    }
    return new CachedDecoder(decoder, parts, inputs).outputs(new long[][] {given(sample)});
  }

  /** What should follow each of the tokens. */
  Supervision supervision() {
    return Supervision.of(decoder.loop().logits(), Supervision.Kind.TOKENS, this::target);
  }

  private Tensor target(Sample sample) {
    long[] given = given(sample);
    long[] target = Arrays.copyOfRange(given, 1, given.length + 1);
    target[given.length - 1] =
        decoder.loop().rules().stop().stream().min(Long::compare).orElseThrow();
    int asked = isPrompted() ? 0 : decoder.loop().rules().begin().size() - 1;
    Arrays.fill(target, 0, asked, Supervision.NOTHING_ASKED);
    return Tensor.ofLongs(new long[] {1, target.length}, target);
  }
}
