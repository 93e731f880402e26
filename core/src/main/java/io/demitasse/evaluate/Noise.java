package io.demitasse.evaluate;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Random numbers that a model draws when it runs, pinned: a copy draws the same ones each time. A
 * model that disagrees with itself cannot be compared with another.
 *
 * <p>Numbers of a known shape become constants. Others are computed from the place in the tensor
 * and the name of the output: {@code frac(43758.5453 sin(12.9898 i + phase))}, made normal where
 * they are to be by the transform of G. Box and M. Muller, "A Note on the Generation of Random
 * Normal Deviates", 1958. They follow from nothing that a pass changes, so that an original and
 * what is made of it draw alike. Instead of drawing from a distribution of classes, the likeliest
 * is taken.
 */
public final class Noise {
  private static final Set<Op> FIXED = Set.of(Op.RANDOM_NORMAL, Op.RANDOM_UNIFORM);
  private static final Set<Op> LIKE = Set.of(Op.RANDOM_NORMAL_LIKE, Op.RANDOM_UNIFORM_LIKE);
  private static final double SMALLEST = 1e-7;
  private static final int NONZERO_OPSET = 9;

  private Noise() {}

  /** The nodes that draw random numbers, in all graphs of a model. */
  public static List<Node> in(Model model) {
    List<Node> nodes = new ArrayList<>();
    model.forEachNode(
        node -> {
          if (draws(node)) {
            nodes.add(node);
          }
        });
    return nodes;
  }

  private static boolean draws(Node node) {
    Optional<Op> op = Op.of(node);
    return op.filter(known -> FIXED.contains(known) || LIKE.contains(known)).isPresent()
        || Op.BERNOULLI.is(node)
        || Op.MULTINOMIAL.is(node)
        || trains(node);
  }

  /** A dropout that was left switched on. */
  private static boolean trains(Node node) {
    return Op.DROPOUT.is(node)
        && node.inputs().size() > 2
        && node.constantInput(2).filter(flag -> flag.toDoubles()[0] != 0).isPresent();
  }

  /**
   * Other leftovers of training: nodes that compute with the statistics of the batch they are
   * given.
   */
  public static List<Node> trainingLeftovers(Model model) {
    List<Node> nodes = new ArrayList<>();
    model.forEachNode(
        node -> {
          if (Op.BATCH_NORMALIZATION.is(node) && node.intAttribute("training_mode", 0) != 0) {
            nodes.add(node);
          }
        });
    return nodes;
  }

  /**
   * A copy that draws the same numbers whenever it runs; what it computes otherwise is the same.
   */
  public static Model pinned(Model model) {
    Model copy = model.copy();
    in(copy).forEach(node -> pin(node, copy.opset()));
    return copy;
  }

  private static void pin(Node node, long opset) {
    if (Op.of(node).filter(FIXED::contains).isPresent()) {
      replace(node, node.graph().addInitializer(node.graph().freeName("pinned"), constant(node)));
    } else if (Op.MULTINOMIAL.is(node)) {
      replace(node, new Formula(node).likeliest());
    } else if (opset >= NONZERO_OPSET) {
      Formula formula = new Formula(node);
      if (Op.DROPOUT.is(node)) {
        formula.dropout();
      } else {
        replace(node, Op.BERNOULLI.is(node) ? formula.chance() : formula.like());
      }
    }
  }

  private static void replace(Node node, Value pinned) {
    node.graph().replace(node.output(), pinned);
    node.graph().remove(node);
  }

  private static boolean isNormal(Node node) {
    return Op.RANDOM_NORMAL.is(node) || Op.RANDOM_NORMAL_LIKE.is(node);
  }

  /** By what unit noise is multiplied, and what is added. */
  private static double[] spread(Node node) {
    float low = node.realAttribute("low", 0);
    return isNormal(node)
        ? new double[] {node.realAttribute("scale", 1), node.realAttribute("mean", 0)}
        : new double[] {node.realAttribute("high", 1) - low, low};
  }

  private static Tensor constant(Node node) {
    Random random = new Random(node.output().name().hashCode());
    long[] sizes = node.intsAttribute("shape");
    double[] spread = spread(node);
    double[] numbers = new double[Math.toIntExact(Tensor.elementCount(sizes))];
    for (int i = 0; i < numbers.length; i++) {
      double unit = isNormal(node) ? random.nextGaussian() : random.nextDouble();
      numbers[i] = unit * spread[0] + spread[1];
    }
    DataType type = DataType.ofCode((int) node.intAttribute("dtype", DataType.FLOAT.code()));
    return Tensor.ofNumbers(type, sizes, numbers);
  }

  /** Nodes in front of one that draws, which compute what it gives. */
  private static final class Formula {
    private final Node node;
    private final Graph graph;
    private final Value like;
    private final double phase;

    Formula(Node node) {
      this.node = node;
      this.graph = node.graph();
      this.like = node.requiredInput(0);
      this.phase =
          new Random(node.presentOutputs().getFirst().name().hashCode()).nextDouble() * 2 * Math.PI;
    }

    /** Numbers like an input in shape. */
    Value like() {
      double[] spread = spread(node);
      Value unit = isNormal(node) ? normal() : uniform(phase);
      return shaped(add(multiply(unit, spread[0]), spread[1]));
    }

    /** One with the chance that an input tells. */
    Value chance() {
      return cast(make(Op.LESS, reshaped(uniform(phase)), cast(like, DataType.DOUBLE)), type());
    }

    /** The class of the largest score, as often as it is asked for. */
    Value likeliest() {
      NodeBuilder largest = start(Op.ARG_MAX, like).attribute("axis", 1).attribute("keepdims", 1);
      Value one = largest.insertBefore(node).output();
      long count = node.intAttribute("sample_size", 1);
      Value times = graph.addInitializer(graph.freeName("pinned"), longs(1, count));
      DataType type = DataType.ofCode((int) node.intAttribute("dtype", DataType.INT32.code()));
      return cast(make(Op.TILE, one, times), type);
    }

    void dropout() {
      double ratio = node.constantInput(1).map(given -> given.toDoubles()[0]).orElse(.5);
      Value limit = number(ratio);
      Value kept = make(Op.NOT, make(Op.LESS, reshaped(uniform(phase)), limit));
      Value factor =
          cast(multiply(cast(kept, DataType.DOUBLE), ratio < 1 ? 1 / (1 - ratio) : 0), type());
      graph.replace(Objects.requireNonNull(node.output(0)), make(Op.MUL, like, factor));
      Value mask = node.output(1);
      if (mask != null) {
        graph.replace(mask, kept);
      }
      graph.remove(node);
    }

    private DataType type() {
      long given = node.intAttribute("dtype", 0);
      return given != 0 ? DataType.ofCode((int) given) : like.dataType().orElse(DataType.FLOAT);
    }

    private Value shaped(Value flat) {
      return reshaped(cast(flat, type()));
    }

    private Value reshaped(Value flat) {
      return make(Op.RESHAPE, flat, make(Op.SHAPE, like));
    }

    /** Numbers of mean 0 and variance 1, flat. */
    private Value normal() {
      Value small = add(multiply(uniform(phase), 1 - 2 * SMALLEST), SMALLEST);
      Value length = make(Op.SQRT, multiply(make(Op.LOG, small), -2));
      Value turn = make(Op.SIN, multiply(uniform(phase + 1), 2 * Math.PI));
      return make(Op.MUL, length, turn);
    }

    /** Numbers from 0 to 1, flat, as many as the input has. */
    private Value uniform(double from) {
      Value size = make(Op.RESHAPE, make(Op.SIZE, like), initializer(longs(1)));
      Value ones =
          start(Op.CONSTANT_OF_SHAPE, size)
              .attribute("value", Attribute.of(longs(1)))
              .insertBefore(node)
              .output();
      Value places = make(Op.RESHAPE, make(Op.NON_ZERO, ones), initializer(longs(-1)));
      Value angle = add(multiply(cast(places, DataType.DOUBLE), 12.9898), from);
      Value wild = multiply(make(Op.SIN, angle), 43758.5453);
      return make(Op.SUB, wild, make(Op.FLOOR, wild));
    }

    private Value multiply(Value value, double factor) {
      return make(Op.MUL, value, number(factor));
    }

    private Value add(Value value, double summand) {
      return make(Op.ADD, value, number(summand));
    }

    private Value number(double number) {
      return initializer(Tensor.ofNumbers(DataType.DOUBLE, new long[0], number));
    }

    private Value cast(Value value, DataType type) {
      return start(Op.CAST, value).attribute("to", type.code()).insertBefore(node).output();
    }

    private Value make(Op op, Value... inputs) {
      return start(op, inputs).insertBefore(node).output();
    }

    private NodeBuilder start(Op op, Value... inputs) {
      return op.in(graph).name(graph.freeName("pinned")).inputs(inputs);
    }

    private Value initializer(Tensor tensor) {
      return graph.addInitializer(graph.freeName("pinned"), tensor);
    }

    private static Tensor longs(long... numbers) {
      return Tensor.ofLongs(new long[] {numbers.length}, numbers);
    }
  }
}
