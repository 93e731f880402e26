package io.demitasse.evaluate;

import io.demitasse.data.Sample;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Loss;
import java.util.List;
import java.util.function.Function;

/**
 * What outputs for a sample should be, as a task knows it from labels: so that a trainer can
 * compute a loss without knowing tasks. It is pure: the same sample has the same target at any
 * time, and several threads may ask.
 *
 * @param outputs names of outputs of the model that it is about, as its graph calls them; two for
 *     {@link Kind#PAIRS}, else one
 * @param kind how a target is to be read
 * @param targets the target of a sample
 */
public record Supervision(List<String> outputs, Kind kind, Function<Sample, Tensor> targets) {
  /** What stands at a position of which nothing is asked. */
  public static final long NOTHING_ASKED = Loss.IGNORED;

  /** How targets are to be read. */
  public enum Kind {
    /** int64 {@code [rows]}: the class of each row of scores {@code [rows, classes]}, from 0. */
    CLASS,
    /** float {@code [rows, classes]}: 1 for each class that a row is of, else 0. */
    LABELS,
    /** float, of the shape of the output: the numbers that it should hold. */
    VALUES,
    /**
     * int64 {@code [rows, positions]}: the class or token at each position of scores {@code [rows,
     * positions, classes]}, from 0; {@value #NOTHING_ASKED} where nothing is asked.
     */
    TOKENS,
    /**
     * int64 {@code [length]}: tokens in order, of another number than the output has positions, as
     * for connectionist temporal classification or a decoder that is given what is right.
     */
    SEQUENCE,
    /**
     * int64 {@code [rows]}: numbers of pairs; a row of the first output and one of the second
     * belong together where their numbers are equal, in one sample or in two.
     */
    PAIRS
  }

  public Supervision {
    outputs = List.copyOf(outputs);
    int expected = kind == Kind.PAIRS ? 2 : 1;
    if (outputs.size() != expected) {
      throw new IllegalArgumentException(
          kind + " is about " + expected + " outputs, got " + outputs);
    }
  }

  /** Of one output. */
  public static Supervision of(String output, Kind kind, Function<Sample, Tensor> targets) {
    return new Supervision(List.of(output), kind, targets);
  }

  /** The only output that it is about, the first of two. */
  public String output() {
    return outputs.getFirst();
  }

  /**
   * What the outputs for a sample should be.
   *
   * @param sample of the task, whatever it is used for
   * @throws io.demitasse.error.DemitasseException (bad request) when its label cannot be used
   */
  public Tensor target(Sample sample) {
    return targets.apply(sample);
  }
}
