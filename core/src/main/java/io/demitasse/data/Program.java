package io.demitasse.data;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs a bundle end to end on a sample. Implementations are immutable and may be used by several
 * threads, each with its own parts; everything that belongs to one model, such as a tokenizer, is
 * held by the program made for it.
 */
public interface Program extends AutoCloseable {

  /**
   * The parts of a bundle, ready to run. What flows into each is recorded here for calibration and
   * timing.
   */
  interface Parts {
    /**
     * Runs one part.
     *
     * @param part name of the part in its bundle
     * @param inputs tensors by graph input name
     * @return tensors by graph output name
     */
    Map<String, Tensor> run(String part, Map<String, Tensor> inputs);

    /**
     * Runs one part, where sizes of some outputs are known beforehand: those can be given to
     * another run as they are, without a copy.
     *
     * @param sizes by output, such as those of a cache behind the next token
     */
    default Map<String, Tensor> run(
        String part, Map<String, Tensor> inputs, Map<String, long[]> sizes) {
      return run(part, inputs);
    }

    /**
     * Runs one part and reads what it gave. Whoever measures many candidates keeps outputs and
     * spares the run where part and inputs are the same, so a reading should be small, and must
     * depend on the outputs alone.
     *
     * @param reading makes of the outputs what the program goes on with, such as a text
     */
    default <T> T read(
        String part, Map<String, Tensor> inputs, Function<Map<String, Tensor>, T> reading) {
      return reading.apply(run(part, inputs));
    }
  }

  /** The name a recipe uses. */
  String name();

  /**
   * Runs a sample.
   *
   * @return what the program is for, by name: an embedding, a map, a text as bytes
   * @throws io.demitasse.error.DemitasseException (bad request) when this sample cannot be used,
   *     saying why
   */
  Map<String, Tensor> run(Sample sample, Parts parts);

  /**
   * The program as parts are trained by it: what goes on token by token runs once on the text that
   * is right, so that each token is chosen behind those that are right.
   *
   * @return this where nothing does; else another that needs no closing
   */
  default Program forTraining() {
    return this;
  }

  /** Whether whoever uses the parts runs several samples at once along their first axis. */
  default boolean takesBatches() {
    return false;
  }

  /**
   * What the tokenizer of a part has beside words.
   *
   * @param part name of the part in its bundle
   * @return empty where nothing makes tokens for it, or nobody knows
   */
  default Optional<SpecialTokens> specialTokens(String part) {
    return Optional.empty();
  }

  /**
   * The tokenizer of a part, as far as it can be written again for fewer tokens.
   *
   * @param part name of the part in its bundle
   * @return empty where nothing makes tokens for it, or nobody knows
   */
  default Optional<Vocabulary> vocabulary(String part) {
    return Optional.empty();
  }

  /**
   * The same program with the tokenizers that are published with parts of fewer tokens. It gives
   * parts the ids that tokens had before, which they take until they are published.
   *
   * @param renumberings by part; at least one
   * @return this where no tokenizer of its own is among them; else another, which the caller closes
   *     while this is still open
   */
  default Program renumbered(Map<String, Renumbering> renumberings) {
    return this;
  }

  /**
   * What the inputs of parts are of, and what of a sample they are made of.
   *
   * @param bundle the parts that the program was made for, at any stage
   */
  default Modalities modalities(Bundle bundle) {
    return Modalities.of(bundle);
  }

  /**
   * How much a model stands by its answer where it is given something else.
   *
   * @param outputs what it gave for the sample as it is
   */
  default Answer answer(Map<String, Tensor> outputs) {
    return Answer.of(outputs);
  }

  /** Frees what the program holds, such as a tokenizer. */
  @Override
  default void close() {}
}
