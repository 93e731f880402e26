package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A node of some operator whose inputs match in turn. Patterns are immutable; each method returns a
 * new one.
 *
 * <p>Every node of a match is taken to be swallowed by the rewrite, so a match needs all readers of
 * its inner values inside itself, unless the pattern says {@link #readElsewhere}.
 */
public final class NodePattern implements ValuePattern {

  /** A condition on the node with the reason given when it fails. */
  record Check(String otherwise, Predicate<Node> test) {}

  private final List<Op> operators;
  private final Map<Integer, ValuePattern> inputs;
  private final boolean commutative;
  private final List<Check> checks;
  private final boolean readElsewhere;

  private NodePattern(
      List<Op> operators,
      Map<Integer, ValuePattern> inputs,
      boolean commutative,
      List<Check> checks,
      boolean readElsewhere) {
    this.operators = operators;
    this.inputs = inputs;
    this.commutative = commutative;
    this.checks = checks;
    this.readElsewhere = readElsewhere;
  }

  /** A node of one of these operators. */
  public static NodePattern op(Op... operators) {
    return new NodePattern(List.of(operators), Map.of(), false, List.of(), false);
  }

  /** With a pattern for one input, which must be present. */
  public NodePattern input(int index, ValuePattern pattern) {
    Map<Integer, ValuePattern> more = new TreeMap<>(inputs);
    more.put(index, pattern);
    return new NodePattern(operators, more, commutative, checks, readElsewhere);
  }

  /** With patterns for the first inputs, in this order. */
  public NodePattern inputs(ValuePattern... patterns) {
    return new NodePattern(operators, byPosition(patterns), false, checks, readElsewhere);
  }

  /** With patterns for the two inputs of an operator that does not mind their order. */
  public NodePattern commutative(ValuePattern one, ValuePattern other) {
    return new NodePattern(operators, byPosition(one, other), true, checks, readElsewhere);
  }

  private static Map<Integer, ValuePattern> byPosition(ValuePattern... patterns) {
    Map<Integer, ValuePattern> byPosition = new TreeMap<>();
    for (ValuePattern pattern : patterns) {
      byPosition.put(byPosition.size(), pattern);
    }
    return byPosition;
  }

  /**
   * With a condition on the node alone.
   *
   * @param otherwise the reason when it does not hold, such as "its alpha is not 1"
   */
  public NodePattern where(Predicate<Node> condition, String otherwise) {
    List<Check> more = new ArrayList<>(checks);
    more.add(new Check(otherwise, condition));
    return new NodePattern(operators, inputs, commutative, List.copyOf(more), readElsewhere);
  }

  /**
   * Allows the output to be read outside the match, or to be a graph output: the rewrite keeps or
   * remakes it.
   */
  public NodePattern readElsewhere() {
    return new NodePattern(operators, inputs, commutative, checks, true);
  }

  boolean isReadElsewhere() {
    return readElsewhere;
  }

  boolean isCommutative() {
    return commutative;
  }

  Map<Integer, ValuePattern> inputs() {
    return inputs;
  }

  List<Check> checks() {
    return checks;
  }

  boolean acceptsOperator(Node node) {
    return operators.stream().anyMatch(operator -> operator.is(node));
  }

  @Override
  public String toString() {
    return operators.stream().map(Op::type).collect(Collectors.joining(" or "));
  }
}
