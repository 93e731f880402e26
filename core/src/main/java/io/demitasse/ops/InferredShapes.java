package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/** What is known of the values of a model at certain input shapes. */
public final class InferredShapes {

  /**
   * A node of which the outputs cannot be told although all its inputs are known, and why.
   *
   * @param reason in words
   */
  public record Gap(Node node, String reason, Cause cause) {}

  /** What keeps outputs from being told. */
  public enum Cause {
    /** No rule tells them from what is known. */
    UNKNOWN,
    /** The inputs do not go together, so that the node cannot run at all. */
    CONTRADICTION,
    /** The same, and so that even to ask a runtime may end the process. */
    MISFIT,
    /** No memory holds what the node would make. */
    TOO_LARGE
  }

  private final Map<Value, TensorFacts> facts;
  private final List<Gap> gaps;

  InferredShapes(Map<Value, TensorFacts> facts, List<Gap> gaps) {
    this.facts = new HashMap<>(facts);
    this.gaps = List.copyOf(gaps);
  }

  public Optional<TensorFacts> of(Value value) {
    return Optional.ofNullable(facts.get(value));
  }

  /** The sizes of a value, when every one is known. */
  public Optional<long[]> sizes(Value value) {
    return of(value).filter(TensorFacts::isFixed).map(known -> known.sizes().clone());
  }

  /** The number of axes of a value. */
  public OptionalInt rank(Value value) {
    return of(value).map(known -> OptionalInt.of(known.rank())).orElse(OptionalInt.empty());
  }

  /** The shape of a value, its open sizes unknown; empty when not even the rank is known. */
  public Optional<Shape> shape(Value value) {
    return of(value)
        .map(
            known ->
                new Shape(
                    LongStream.of(known.sizes())
                        .mapToObj(size -> size == TensorFacts.OPEN ? Dim.UNKNOWN : Dim.of(size))
                        .toList()));
  }

  public Optional<DataType> dataType(Value value) {
    return of(value).map(TensorFacts::dataType);
  }

  /** Where knowledge ends: the first node of each chain of which nothing more is known. */
  public List<Gap> gaps() {
    return gaps;
  }
}
