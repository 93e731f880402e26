package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.GramMatrix;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.rewrite.Unread;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The product that makes queries or keys of all heads, perhaps with a bias.
 *
 * @param product by a weight [inputs, width]
 * @param add of the bias; null where there is none
 */
record Projection(Node product, @Nullable Node add) {
  /** What leaves what a product means as it is. */
  private static final Set<Op> MOVING = Set.of(Op.RESHAPE, Op.TRANSPOSE, Op.IDENTITY);

  /** What names of weights end in that were made so. */
  private static final String SMALLER = "_smaller_heads";

  /** Why what reaches a product of queries and keys is no projection. */
  static final class None extends Exception {
    private static final long serialVersionUID = 1L;

    None(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * The projection that makes queries or keys.
   *
   * @param value that is multiplied by the others
   * @throws None where something else acts on it on the way
   */
  static Projection behind(Value value) throws None {
    Node add = null;
    Value at = value;
    while (true) {
      Node maker = at.producer();
      if (maker == null || at.constant().isPresent()) {
        throw new None("'" + at.name() + "' is not made by a product with a weight");
      }
      if (!at.isUsedOnce()) {
        throw new None("others read '" + at.name() + "'");
      }
      if (add == null && isBias(maker)) {
        add = maker;
        at = maker.requiredInput(data(maker));
      } else if (Op.MAT_MUL.is(maker) && maker.constantInput(1).isPresent()) {
        return of(maker, add);
      } else if (add == null
          && (Op.of(maker).filter(MOVING::contains).isPresent() || isScale(maker))) {
        at = maker.requiredInput(data(maker));
      } else {
        throw new None(maker + " acts on what is multiplied");
      }
    }
  }

  private static Projection of(Node product, @Nullable Node add) throws None {
    Value weight = product.requiredInput(1);
    Tensor tensor = weight.constant().orElseThrow();
    if (tensor.rank() != 2 || tensor.dataType() != DataType.FLOAT || !weight.isUsedOnce()) {
      throw new None("its weight '" + weight.name() + "' is no matrix of floats of its own");
    }
    if (weight.name().contains(SMALLER)) {
      throw new None("its heads are smaller already");
    }
    Projection projection = new Projection(product, add);
    Value bias = projection.bias();
    if (bias != null
        && (!bias.isUsedOnce()
            || bias.constant().orElseThrow().elementCount() != projection.width())) {
      throw new None(
          "its bias '" + bias.name() + "' has not a number for each output, or has others");
    }
    return projection;
  }

  /** Which input of a node with a constant is not the constant. */
  private static int data(Node node) {
    return node.inputs().size() > 1 && node.constantInput(0).isPresent() ? 1 : 0;
  }

  private static boolean isBias(Node node) {
    return Op.ADD.is(node)
        && node.constantInput(1 - data(node))
            .filter(
                tensor ->
                    tensor.dataType() == DataType.FLOAT
                        && tensor.rank() > 0
                        && tensor.elementCount() > 1
                        && tensor.size(tensor.rank() - 1) == tensor.elementCount())
            .isPresent();
  }

  private static boolean isScale(Node node) {
    boolean divides = Op.DIV.is(node) && data(node) == 0;
    return (divides || Op.MUL.is(node))
        && node.constantInput(1 - data(node)).filter(it -> it.elementCount() == 1).isPresent();
  }

  Value weight() {
    return product.requiredInput(1);
  }

  @Nullable Value bias() {
    return add == null ? null : add.requiredInput(1 - data(add));
  }

  int inputs() {
    return (int) weight().constant().orElseThrow().size(0);
  }

  int width() {
    return (int) weight().constant().orElseThrow().size(1);
  }

  /** The bias, zeros where there is none. */
  double[] biases() {
    Value bias = bias();
    return bias == null ? new double[width()] : bias.constant().orElseThrow().toDoubles();
  }

  Set<Node> nodes() {
    Set<Node> nodes = new LinkedHashSet<>();
    nodes.add(product);
    if (add != null) {
      nodes.add(add);
    }
    return nodes;
  }

  /** What has to be known of what it reads; empty where that is too much. */
  Optional<Observation<Gram>> observation(PassContext context) {
    Value read = product.requiredInput(0);
    return GramMatrix.observation(context.part(), read, context.shapes().rank(read), -1, inputs());
  }

  /**
   * Lets it multiply by another weight and add another bias.
   *
   * @param newWeight [inputs, new width]
   * @param newBias [new width]; not looked at where there is none
   */
  void write(Tensor newWeight, Tensor newBias) {
    replace(product, 1, newWeight);
    if (add != null) {
      int at = 1 - data(add);
      long[] sizes = add.constantInput(at).orElseThrow().sizes().clone();
      Arrays.fill(sizes, 1);
      sizes[sizes.length - 1] = newBias.elementCount();
      replace(add, at, Tensor.ofNumbers(DataType.FLOAT, sizes, newBias.toDoubles()));
    }
  }

  private static void replace(Node node, int input, Tensor tensor) {
    Graph graph = node.graph();
    Value old = node.requiredInput(input);
    node.input(input, graph.addInitializer(graph.freeName(old.name() + SMALLER), tensor));
    Unread.remove(old);
  }
}
