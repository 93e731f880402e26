package io.demitasse.passes.quantize;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Networks as text, of products with odd pieces between them: clips of every spelling, silent
 * channels, shared and transposed weights, huge and tiny biases, branches. The seed decides all.
 */
final class OddNetworks {
  private static final String[] CLIPS = {
    "Relu(%s)",
    "Clip(%s, zero, six)",
    "Clip(%s, minus, one)",
    "Clip(%s, little, big)",
    "Clip(%s, minus)",
    "Clip(%s, _, one)",
    "Clip(%s, half, big)",
    "Min(%s, six)",
    "Max(little, %s)",
    "LeakyRelu(%s) <alpha=0.05>",
    "HardSigmoid(%s)",
    "Sigmoid(%s)",
    "Identity(%s)",
    "Tanh(%s)",
    "Add(%s, half)",
    "Mul(%s, half)",
    "Mul(%s, %s)",
    "Add(%s, %s)",
  };

  private static final String[] SILENCE = {
    "", " in [-0.3, 0.3]", " in [0, 0]", " in [-1e-30, 1e-30]", " in [-1e-6, 1e-6]"
  };

  private static final String[] BIASES = {"", " in [-1e-4, 1e-4]", " in [-3, 3]", " in [5, 9]"};

  private final Random random;
  private final List<String> constants = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>();
  private final boolean picture;
  private int names;

  private OddNetworks(long seed) {
    random = new Random(seed);
    picture = seed % 2 == 0;
  }

  /** A network over pictures for an even seed, over rows of numbers for an odd one. */
  static String text(long seed) {
    return new OddNetworks(seed).network();
  }

  private String network() {
    int[] opsets = {13, 14, 15, 16, 17, 18, 19, 20, 21};
    int opset = opsets[random.nextInt(opsets.length)];
    constants.add("zero = float[] {0}");
    constants.add("one = float[] {1}");
    constants.add("six = float[] {6}");
    constants.add("minus = float[] {-1}");
    constants.add("little = float[] {-0.3}");
    constants.add("big = float[] {3.3}");
    constants.add("half = float[" + (random.nextBoolean() ? "" : "1") + "] {0.5}");
    constants.add(
        picture ? "shared = float[8,8,3,3] ~ 1 in [-0.3, 0.3]" : "shared = float[8,8] ~ 1");
    String value = picture ? "x" : add("Gather(table, ids)");
    if (!picture) {
      constants.add("table = float[40,8] ~ 2");
    }
    int layers = 2 + random.nextInt(3);
    for (int layer = 0; layer < layers; layer++) {
      String before = value;
      value = odd(picture ? convolution(value) : product(value));
      value = joined(before, value);
    }
    String last = picture ? value : head(value);
    nodes.add("y = " + (random.nextBoolean() ? "Identity(" + last + ")" : "Neg(" + last + ")"));
    return "ir 10, opset "
        + opset
        + "\ngraph g("
        + (picture ? "x: float[1,8,6,6]" : "ids: int64[5], c: bool[]")
        + ") -> (y: float[...]) {\n  "
        + String.join("\n  ", constants)
        + "\n  "
        + String.join("\n  ", nodes)
        + "\n}\n";
  }

  private String add(String node) {
    String name = "v" + names++;
    nodes.add(name + " = " + node);
    return name;
  }

  private String constant(String tensor) {
    String name = "k" + names++;
    if (random.nextInt(5) == 0) {
      nodes.add(name + " = Constant() <value=" + tensor + ">");
    } else {
      constants.add(name + " = " + tensor);
    }
    return name;
  }

  private String weight(String sizes) {
    return constant("float" + sizes + " ~ " + random.nextInt(99));
  }

  /** A weight in front of a bias, beside which it is next to nothing at times. */
  private String weightAndBias(String sizes) {
    String silence = SILENCE[random.nextInt(SILENCE.length)];
    String weight = constant("float" + sizes + " ~ " + random.nextInt(99) + silence);
    return weight + ", " + bias();
  }

  private String bias() {
    return constant("float[8] ~ " + random.nextInt(99) + BIASES[random.nextInt(BIASES.length)]);
  }

  private String convolution(String input) {
    return switch (random.nextInt(7)) {
      case 0 -> add("Conv(" + input + ", shared) <pads=[1, 1, 1, 1]>");
      case 1 -> add("Conv(" + input + ", shared, " + bias() + ") <pads=[1, 1, 1, 1]>");
      case 2 ->
          add(
              "Conv("
                  + input
                  + ", "
                  + weightAndBias("[8,1,3,3]")
                  + ") <group=8, pads=[1, 1, 1, 1]>");
      case 3 -> add("Conv(" + input + ", " + weightAndBias("[8,4,1,1]") + ") <group=2>");
      case 4 -> add("ConvTranspose(" + input + ", " + weightAndBias("[8,8,1,1]") + ")");
      case 5 -> add("Conv(" + input + ", " + weight("[8,8,3,3]") + ") <pads=[1, 1, 1, 1]>");
      default -> add("Conv(" + input + ", " + weightAndBias("[8,8,3,3]") + ") <pads=[1, 1, 1, 1]>");
    };
  }

  private String product(String input) {
    return switch (random.nextInt(7)) {
      case 0 -> add("MatMul(" + input + ", shared)");
      case 1 -> add("MatMul(" + input + ", " + add("Transpose(shared)") + ")");
      case 2 -> add("Gemm(" + input + ", shared, " + bias() + ") <transB=1>");
      case 3 -> add("Gemm(" + input + ", " + weightAndBias("[8,8]") + ")");
      case 4 -> branches(input);
      case 5 ->
          add("Add(" + add("MatMul(" + input + ", " + weight("[8,8]") + ")") + ", " + bias() + ")");
      default -> add("MatMul(" + input + ", " + weight("[8,8]") + ")");
    };
  }

  private String branches(String input) {
    String name = "v" + names++;
    nodes.add(
        name
            + " = If(c) <then_branch = graph yes"
            + name
            + "() -> (p"
            + name
            + ": float[...]) { p"
            + name
            + " = MatMul("
            + input
            + ", shared) }, else_branch = graph no"
            + name
            + "() -> (q"
            + name
            + ": float[...]) { q"
            + name
            + " = Gemm("
            + input
            + ", shared) }>");
    return name;
  }

  private String head(String value) {
    return random.nextBoolean()
        ? add("MatMul(" + value + ", " + add("Transpose(table)") + ")")
        : add("Gemm(" + value + ", table) <transB=1>");
  }

  private String odd(String value) {
    String result = value;
    for (int i = random.nextInt(3); i > 0; i--) {
      result = add(CLIPS[random.nextInt(CLIPS.length)].replace("%s", result));
    }
    return result;
  }

  private String joined(String before, String value) {
    return switch (random.nextInt(picture ? 7 : 4)) {
      case 0 -> add("Add(" + before + ", " + value + ")");
      case 1 -> add("Mul(" + add("Sigmoid(" + value + ")") + ", " + before + ")");
      case 2 -> concatenated(before, value);
      case 4 -> add("MaxPool(" + value + ") <kernel_shape=[3, 3], pads=[1, 1, 1, 1]>");
      case 5 ->
          add(
              "Mul("
                  + value
                  + ", "
                  + add("Sigmoid(" + add("GlobalAveragePool(" + value + ")") + ")")
                  + ")");
      case 6 -> add("Transpose(" + value + ") <perm=[0, 1, 3, 2]>");
      default -> value;
    };
  }

  private String concatenated(String before, String value) {
    String both = add("Concat(" + before + ", " + value + ") <axis=1>");
    return picture
        ? add("Conv(" + both + ", " + weight("[8,16,1,1]") + ")")
        : add("MatMul(" + both + ", " + weight("[16,8]") + ")");
  }
}
