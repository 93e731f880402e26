package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the values of a model: as it was when it was inferred, or as it is whenever it
 * is asked for.
 */
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

  private final Function<Value, @Nullable TensorFacts> facts;
  private final Supplier<List<Gap>> gaps;
  private final Symbols symbols;

  private InferredShapes(
      Function<Value, @Nullable TensorFacts> facts, Supplier<List<Gap>> gaps, Symbols symbols) {
    this.facts = facts;
    this.gaps = gaps;
    this.symbols = symbols;
  }

  /** What is known now of the values that there are now. */
  static InferredShapes now(GraphFacts graph) {
    Map<Value, TensorFacts> all = graph.all();
    List<Gap> gaps = graph.gaps();
    return new InferredShapes(all::get, () -> gaps, graph.symbols());
  }

  /** What is known whenever it is asked for. */
  static InferredShapes current(GraphFacts graph) {
    return new InferredShapes(graph::of, graph::gaps, graph.symbols());
  }

  public Optional<TensorFacts> of(Value value) {
    return Optional.ofNullable(facts.apply(value));
  }

  /** The sizes of a value, when every one is known. */
  public Optional<long[]> sizes(Value value) {
    return of(value).filter(TensorFacts::isFixed).map(known -> known.sizes());
  }

  /** The number of axes of a value. */
  public OptionalInt rank(Value value) {
    return of(value).map(known -> OptionalInt.of(known.rank())).orElse(OptionalInt.empty());
  }

  /**
   * The shape of a value, with a name for each size that varies or is not known; empty when not
   * even the rank is known. Two sizes of one name are equal in every run.
   */
  public Optional<Shape> shape(Value value) {
    return of(value).map(TensorFacts::shape);
  }

  /**
   * Whether two sizes of operands of an element-wise operator are equal whenever the operator runs
   * at all.
   */
  public boolean areEqual(Dim one, Dim other) {
    return symbols.areEqual(one, other);
  }

  public Optional<DataType> dataType(Value value) {
    return of(value).map(TensorFacts::dataType);
  }

  /** Where knowledge ends: the first node of each chain of which nothing more is known. */
  public List<Gap> gaps() {
    return gaps.get();
  }
}
