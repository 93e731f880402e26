package io.demitasse.passes;

import io.demitasse.ir.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A small graph around one pattern, as text, with something odd about it. The seed decides all. */
final class OddGraph {
  static final int OPSET = 17;

  /** What a graph looks like. */
  enum Kind {
    GELU,
    FAST_GELU,
    LAYER_NORM,
    HARD_SIGMOID,
    BATCH_NORM,
    AFFINE_BEHIND,
    AFFINE_BEFORE,
    RESIDUAL_GATE,
    MAT_MUL_ADD,
    PAD,
    IDENTITIES,
    SIZES
  }

  /** What its numbers are, and where the pattern stands. */
  enum Form {
    FLOAT(DataType.FLOAT, 1e-5),
    DOUBLE(DataType.DOUBLE, 1e-10),
    HALF(DataType.FLOAT16, 4e-3),
    /** In a branch. */
    BRANCH(DataType.FLOAT, 1e-5),
    /** In the body of a loop that runs twice. */
    LOOP(DataType.FLOAT, 1e-5);

    private final DataType type;
    private final double tolerance;

    Form(DataType type, double tolerance) {
      this.type = type;
      this.tolerance = tolerance;
    }

    DataType type() {
      return type;
    }

    /** How far rounding may move an output, relative to its largest magnitude. */
    double tolerance() {
      return tolerance;
    }
  }

  private static final List<String> SCALARS =
      List.of("", "", "", "1", "1", "1,1", "1,1,1", "1,1,1,1,1");

  private final Kind kind;
  private final Form form;
  private final Random random;
  private final List<String> lines = new ArrayList<>();
  private final long[] sizes;
  private int names;

  OddGraph(Kind kind, Form form, Random random) {
    this.kind = kind;
    this.form = form;
    this.random = random;
    sizes =
        switch (kind) {
          case BATCH_NORM, AFFINE_BEHIND, AFFINE_BEFORE, RESIDUAL_GATE, PAD ->
              new long[] {-1, 4, oneOf(-1L, 5L), 5};
          case MAT_MUL_ADD -> oneOf(new long[] {-1, 6}, new long[] {2, -1, 6});
          case LAYER_NORM ->
              oneOf(new long[] {-1, 6}, new long[] {2, -1, 6}, new long[] {-1, 1, 1});
          default ->
              oneOf(
                  new long[] {-1, 6},
                  new long[] {2, -1, 6},
                  new long[] {-1, -1},
                  new long[] {-1, 1});
        };
    String last =
        switch (kind) {
          case GELU -> gelu(op("Erf", op("Div", "x", number(Math.sqrt(2)))));
          case FAST_GELU -> fastGelu();
          case LAYER_NORM -> layerNorm();
          case HARD_SIGMOID -> hardSigmoid();
          case BATCH_NORM -> batchNorm();
          case AFFINE_BEHIND -> affine(convolution("x"), 4);
          case AFFINE_BEFORE -> convolution(affine("x", 4));
          case RESIDUAL_GATE -> op("Add", "x", op("Mul", "x", gate()));
          case MAT_MUL_ADD -> op("Add", op("MatMul", "x", weight("6,6")), vector(6));
          case PAD -> convolution(op("Pad", "x", integers(0, 0, 1, 0, 0, 0, 1, 1)));
          case IDENTITIES -> identities();
          case SIZES -> sized();
        };
    lines.add("end = Identity(" + last + ")");
  }

  long[] sizes() {
    return sizes.clone();
  }

  /** The input that {@link #sizes} are of. */
  String input() {
    return form == Form.LOOP ? "start" : "x";
  }

  String text() {
    String x = ": float[" + dims() + "]";
    String nodes = String.join("\n", lines);
    String whole =
        switch (form) {
          case FLOAT, DOUBLE, HALF -> "graph g(x" + x + ") -> (end) {\n" + nodes + "\n}";
          case BRANCH ->
              """
              graph g(x%s, taken: bool[]) -> (y) {
              y = If(taken) <
                then_branch=graph yes() -> (end) {
              %s
                },
                else_branch=graph no() -> (other) { other = %s(x) }
              >
              }
              """
                  .formatted(x, nodes, kind == Kind.SIZES ? "Shape" : "Neg");
          case LOOP ->
              """
              graph g(start%s) -> (y) {
              times = int64[] {2}
              yes = bool[] {true}
              left, y = Loop(times, yes, start) <
                body=graph step(i: int64[], on: bool[], x%s) -> (go, next, end) {
              go = Identity(on)
              next = Neg(x)
              %s
                }
              >
              }
              """
                  .formatted(x, x, nodes);
        };
    return ("ir 8, opset " + OPSET + "\n" + whole).replace("float[", form.type().text() + "[");
  }

  private String dims() {
    return IntStream.range(0, sizes.length)
        .mapToObj(i -> sizes[i] < 0 ? "N" + i : Long.toString(sizes[i]))
        .collect(Collectors.joining(","));
  }

  private String gelu(String function) {
    String gate = op("Add", function, number(1));
    return chance(.5)
        ? op("Mul", op("Mul", "x", gate), number(.5))
        : op("Mul", op("Mul", "x", number(.5)), gate);
  }

  private String fastGelu() {
    String cube = chance(.5) ? op("Pow", "x", number(3)) : op("Mul", "x", op("Mul", "x", "x"));
    String sum = op("Add", "x", op("Mul", cube, number(.044715)));
    return gelu(op("Tanh", op("Mul", sum, number(Math.sqrt(2 / Math.PI)))));
  }

  private String layerNorm() {
    String axes = " <axes=[-1]>";
    String centered = op("Sub", "x", add("ReduceMean(x)" + axes));
    String square = chance(.5) ? op("Pow", centered, number(2)) : op("Mul", centered, centered);
    String variance = add("ReduceMean(" + square + ")" + axes);
    String deviation = op("Sqrt", op("Add", variance, constant(oneOf("", "", "1,1,1"), 1e-5)));
    return op("Add", op("Mul", op("Div", centered, deviation), vector(6)), vector(6));
  }

  private String hardSigmoid() {
    boolean steep = chance(.2);
    String line = op("Add", op("Mul", "x", number(steep ? 5e4 : 2)), number(steep ? 3e4 : 3));
    String cut =
        switch (random.nextInt(3)) {
          case 0 -> add("Clip(" + line + ", " + constant("", 0) + ", " + constant("", 6) + ")");
          case 1 -> extreme("Min", extreme("Max", line, number(0)), number(6));
          default -> extreme("Min", op("Relu", line), number(6));
        };
    return chance(.5) ? op("Div", op("Mul", "x", cut), number(6)) : op("Mul", cut, number(1 / 6.));
  }

  /** A maximum or minimum, at times of more than two. */
  private String extreme(String operator, String one, String other) {
    return chance(.2) ? op(operator, one, other, "x") : op(operator, one, other);
  }

  private String batchNorm() {
    String variance = declare("float[4] {0.5, 1, " + oneOf("2", "1e-30", "1e30") + ", 3}");
    String scale = declare("float[4] {1, 0.5, " + oneOf("2", "0", "1e20", "1e-20") + ", -1}");
    String mean = declare("float[4] {0, 1, " + oneOf("-2", "3e5") + ", 0.5}");
    return add(
        "BatchNormalization("
            + String.join(", ", convolution("x"), scale, weight("4"), mean, variance)
            + ")");
  }

  private String convolution(String of) {
    boolean biased = chance(.5);
    String weight = weight(oneOf("4,4,1,1", "4,4,3,3"));
    return add(
        "Conv("
            + String.join(", ", biased ? List.of(of, weight, weight("4")) : List.of(of, weight))
            + ")"
            + (chance(.3) ? " <pads=[1, 1, 1, 1]>" : ""));
  }

  private String affine(String of, int channels) {
    String value = of;
    for (int steps = 1 + random.nextInt(3); steps > 0; steps--) {
      double size = oneOf(.3, 1., 2., 3., 1e6);
      String constant =
          switch (random.nextInt(4)) {
            case 0 -> number(size);
            case 1 -> declare("float[" + channels + ",1,1] ~ " + names + " in [0.2, 3]");
            case 2 -> declare("float[1," + channels + ",1,1] ~ " + names + " in [-3, 3]");
            default -> constant("", size);
          };
      value = op(oneOf("Mul", "Add", "Sub", "Div"), value, constant);
    }
    return value;
  }

  private String gate() {
    String mean = op("GlobalAveragePool", "x");
    return op(oneOf("Sigmoid", "Tanh", "HardSigmoid"), mean);
  }

  private String identities() {
    String value = chance(.5) ? op("Neg", "x") : "x";
    for (int steps = 3; steps > 0; steps--) {
      value =
          switch (random.nextInt(7)) {
            case 0 -> op("Add", value, constant(oneOf("", "1", "1,1,1"), oneOf(0., -0.)));
            case 1 -> op("Sub", value, constant(oneOf("", "1", "1,1,1"), oneOf(0., -0.)));
            case 2 -> op("Mul", value, constant(oneOf("", "1", "1,1,1"), 1));
            case 3 -> op("Div", value, constant(oneOf("", "1", "1,1,1"), 1));
            case 4 -> op("Slice", value, integers(0), integers(oneOf(1, 6, 1 << 30)), integers(-1));
            case 5 -> op("Expand", value, oneOf(integers(1), integers(1, 1, 1), integers(2, 1, 1)));
            default -> op("Reshape", value, oneOf(integers(0, -1), integers(-1, 6)));
          };
    }
    return op("Reciprocal", value);
  }

  private String sized() {
    String size = add("Shape(x) <start=" + random.nextInt(2) + ">");
    String first = op("Gather", size, integers(0));
    for (int steps = 3; steps > 0; steps--) {
      first =
          switch (random.nextInt(6)) {
            case 0 -> op("Mul", first, integers(oneOf(-7, 1000, 1 << 20)));
            case 1 -> op("Div", first, integers(oneOf(-3, 4)));
            case 2 -> op("Mod", first, integers(oneOf(-3, 4)));
            case 3 -> cast(first, oneOf(1, 2, 3, 5, 6, 10));
            case 4 -> op("Sub", first, integers(300));
            default -> op("Max", first, integers(-2));
          };
    }
    return first;
  }

  /** There and back. */
  private String cast(String value, int type) {
    return add("Cast(" + add("Cast(" + value + ") <to=" + type + ">") + ") <to=7>");
  }

  /** A constant of one element, of any rank, at times slightly off. */
  private String number(double value) {
    double off = chance(.1) ? oneOf(1.001, -1., 2.) : 1;
    return constant(oneOf(SCALARS.toArray(String[]::new)), value * off);
  }

  private String vector(int size) {
    return declare(
        "float["
            + oneOf("" + size, "" + size, "1," + size, "1,1,1," + size, "1", "")
            + "] ~ "
            + names
            + " in [-2, 2]");
  }

  private String weight(String shape) {
    return declare("float[" + shape + "] ~ " + names + " in [-1, 1]");
  }

  private String constant(String shape, double value) {
    String number = form == Form.DOUBLE ? Double.toString(value) : Float.toString((float) value);
    return declare(String.format(Locale.ROOT, "float[%s] {%s}", shape, number));
  }

  private String integers(long... values) {
    return declare(
        "int64["
            + values.length
            + "] {"
            + Arrays.stream(values).mapToObj(Long::toString).collect(Collectors.joining(", "))
            + "}");
  }

  private String op(String operator, String... inputs) {
    return add(operator + "(" + String.join(", ", inputs) + ")");
  }

  private String add(String node) {
    return declare(node);
  }

  private String declare(String what) {
    String name = "v" + names++;
    lines.add(name + " = " + what);
    return name;
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  @SafeVarargs
  private final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
