package io.demitasse.ops;

import io.demitasse.ir.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what is known of a node's outputs from what is known of its inputs. */
@FunctionalInterface
interface ShapeRule {

  /**
   * The outputs of a node.
   *
   * @return outputs in order, null where nothing is known of one; further outputs are unknown
   * @throws NotInferable with the reason
   */
  List<@Nullable TensorFacts> outputs(NodeFacts node);

  /** A rule for operators with one output. */
  static ShapeRule one(java.util.function.Function<NodeFacts, TensorFacts> rule) {
    return node -> List.of(rule.apply(node));
  }

  /** One output of the same shape as an input, of the type given or that of the input. */
  static ShapeRule like(int input, DataType... types) {
    return node -> {
      TensorFacts facts = node.input(input);
      DataType type = types.length == 0 ? facts.dataType() : types[0];
      return List.of(TensorFacts.of(type, facts.shape()));
    };
  }
}
