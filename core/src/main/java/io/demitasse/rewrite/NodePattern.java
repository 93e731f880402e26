package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A node of some operator whose inputs match in turn. Patterns are immutable; each method returns a
 * new one.
 *
 * <p>A node has exactly as many inputs as its pattern, unless that says {@link #furtherInputs}: a
 * maximum of three operands is no maximum of two. A pattern without any says nothing of inputs.
 *
 * <p>Every node of a match is taken to be swallowed by the rewrite, so a match needs all readers of
 * its inner values inside itself, unless the pattern says {@link #readElsewhere}.
 */
public final class NodePattern implements ValuePattern {

  /** A condition on the node with the reason given when it fails. */
  record Check(String otherwise, Predicate<Node> test) {}

  private final List<Op> operators;
  private final List<ValuePattern> inputs;
  private final boolean commutative;
  private final boolean furtherInputs;
  private final List<Check> checks;
  private final boolean readElsewhere;

  private NodePattern(
      List<Op> operators,
      List<ValuePattern> inputs,
      boolean commutative,
      boolean furtherInputs,
      List<Check> checks,
      boolean readElsewhere) {
    this.operators = operators;
    this.inputs = List.copyOf(inputs);
    this.commutative = commutative;
    this.furtherInputs = furtherInputs;
    this.checks = List.copyOf(checks);
    this.readElsewhere = readElsewhere;
  }

  /** A node of one of these operators. */
  public static NodePattern op(Op... operators) {
    return new NodePattern(List.of(operators), List.of(), false, false, List.of(), false);
  }

  /** With patterns for all inputs, in this order. */
  public NodePattern inputs(ValuePattern... patterns) {
    return new NodePattern(
        operators, List.of(patterns), false, furtherInputs, checks, readElsewhere);
  }

  /** With patterns for the two inputs of an operator that does not mind their order. */
  public NodePattern commutative(ValuePattern one, ValuePattern other) {
    return new NodePattern(
        operators, List.of(one, other), true, furtherInputs, checks, readElsewhere);
  }

  /**
   * Allows inputs behind those that have patterns: optional ones, or constants that the rewrite
   * reads by itself.
   */
  public NodePattern furtherInputs() {
    return new NodePattern(operators, inputs, commutative, true, checks, readElsewhere);
  }

  /**
   * With a condition on the node alone.
   *
   * @param otherwise the reason when it does not hold, such as "its alpha is not 1"
   */
  public NodePattern where(Predicate<Node> condition, String otherwise) {
    List<Check> more = new ArrayList<>(checks);
    more.add(new Check(otherwise, condition));
    return new NodePattern(operators, inputs, commutative, furtherInputs, more, readElsewhere);
  }

  /**
   * Allows the output to be read outside the match, or to be a graph output: the rewrite keeps or
   * remakes it.
   */
  public NodePattern readElsewhere() {
    return new NodePattern(operators, inputs, commutative, furtherInputs, checks, true);
  }

  boolean isReadElsewhere() {
    return readElsewhere;
  }

  boolean isCommutative() {
    return commutative;
  }

  List<ValuePattern> inputs() {
    return inputs;
  }

  /** Whether a node has as many inputs as the pattern, absent ones at its end not counted. */
  boolean acceptsInputs(Node node) {
    return inputs.isEmpty()
        || furtherInputs
        || node.inputs().stream().skip(inputs.size()).allMatch(Objects::isNull);
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
