package io.demitasse.ops;

import static io.demitasse.ops.TensorFacts.OPEN;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rules of operators that make tensors of sizes, indices or other formats. */
final class GeneratorShapes {
  private GeneratorShapes() {}

  static TensorFacts shape(NodeFacts node) {
    long[] sizes = node.sizes(0);
    int from = bound(node.attribute("start", 0), sizes.length);
    int to = bound(node.attribute("end", sizes.length), sizes.length);
    return TensorFacts.ofSizes(Sizes.range(sizes, from, Math.max(from, to)));
  }

  private static int bound(long place, int rank) {
    return Math.clamp(place < 0 ? place + rank : place, 0, rank);
  }

  static TensorFacts size(NodeFacts node) {
    long count = node.input(0).elementCount();
    return TensorFacts.of(DataType.INT64)
        .withNumbers(new double[] {count == OPEN ? Double.NaN : count});
  }

  static TensorFacts constantOfShape(NodeFacts node) {
    long[] sizes = Sizes.of(node.numbers(0));
    TensorFacts value =
        node.node().attribute("value") instanceof Attribute.OfTensor(Tensor tensor)
            ? TensorFacts.of(tensor)
            : TensorFacts.of(Tensor.scalar(0f));
    TensorFacts result = value.withSizes(sizes);
    double[] number = value.numbers();
    if (number == null || number.length != 1 || result.numbersOrUnknown() == null) {
      return result;
    }
    double[] numbers = new double[(int) result.elementCount()];
    Arrays.fill(numbers, number[0]);
    return result.withNumbers(numbers);
  }

  static TensorFacts range(NodeFacts node) {
    double start = node.number(0);
    double step = node.number(2);
    double count = Math.max(0, Math.ceil((node.number(1) - start) / step));
    if (Double.isNaN(count)) {
      return TensorFacts.of(node.type(0), OPEN);
    }
    TensorFacts result = TensorFacts.of(node.type(0), (long) count);
    boolean whole = !node.type(0).isFloatingPoint(); // floats are rounded at every step
    return result.numbersOrUnknown() == null || !whole
        ? result
        : result.withNumbers(
            IntStream.range(0, (int) count).mapToDouble(i -> start + i * step).toArray());
  }

  static TensorFacts eyeLike(NodeFacts node) {
    return TensorFacts.of(node.typeAttribute("dtype", node.type(0)), node.sizes(0));
  }

  static TensorFacts nonZero(NodeFacts node) {
    return TensorFacts.of(DataType.INT64, node.rank(0), OPEN);
  }

  static List<@Nullable TensorFacts> unique(NodeFacts node) {
    TensorFacts places = TensorFacts.of(DataType.INT64, OPEN);
    TensorFacts input = node.input(0);
    long[] sizes =
        node.node().attribute("axis") == null
            ? new long[] {OPEN}
            : Sizes.replaced(input.sizes(), node.axis(0, input.rank()), OPEN);
    return List.of(input.withSizes(sizes), places, places, places);
  }

  static TensorFacts random(NodeFacts node) {
    return TensorFacts.of(
        node.typeAttribute("dtype", DataType.FLOAT), node.attributes("shape", new long[0]));
  }

  static TensorFacts randomLike(NodeFacts node) {
    return TensorFacts.of(node.typeAttribute("dtype", node.type(0)), node.sizes(0));
  }

  static TensorFacts multinomial(NodeFacts node) {
    return TensorFacts.of(
        node.typeAttribute("dtype", DataType.INT32),
        node.size(0, 0),
        node.attribute("sample_size", 1));
  }

  static TensorFacts quantized(NodeFacts node) {
    DataType type = node.typeAttribute("output_dtype", DataType.UINT8);
    return TensorFacts.of(node.has(2) ? node.type(2) : type, node.sizes(0));
  }

  static TensorFacts dequantized(NodeFacts node) {
    return TensorFacts.of(node.typeAttribute("output_dtype", node.type(1)), node.sizes(0));
  }

  static List<@Nullable TensorFacts> dynamicallyQuantized(NodeFacts node) {
    return List.of(
        TensorFacts.of(DataType.UINT8, node.sizes(0)),
        TensorFacts.of(DataType.FLOAT),
        TensorFacts.of(DataType.UINT8));
  }

  /**
   * Inputs come in threes: tensor, scale, zero point; the first two inputs are those of the output.
   */
  static TensorFacts quantizedConcat(NodeFacts node) {
    List<TensorFacts> inputs =
        IntStream.iterate(2, i -> i < node.node().inputs().size(), i -> i + 3)
            .mapToObj(node::input)
            .toList();
    return DataMovementShapes.concat(inputs, node.axis(0, inputs.getFirst().rank()));
  }

  /** The sizes behind the letters of an equation such as {@code bij,bjk->bik}. */
  static TensorFacts einsum(NodeFacts node) {
    Map<Character, Long> letters = letters(node);
    String equation = equation(node);
    int arrow = equation.indexOf("->");
    if (arrow < 0) {
      throw new NotInferable("its equation " + equation + " does not spell out the output");
    }
    long[] sizes =
        equation
            .substring(arrow + 2)
            .chars()
            .mapToLong(c -> letters.getOrDefault((char) c, OPEN))
            .toArray();
    return node.input(0).withSizes(sizes);
  }

  static Map<Character, Long> letters(NodeFacts node) {
    String equation = equation(node);
    if (equation.contains(".")) {
      throw new NotInferable("its equation " + equation + " has an ellipsis");
    }
    Map<Character, Long> letters = new LinkedHashMap<>();
    int term = 0;
    int axis = 0;
    for (int i = 0; i < equation.length(); i++) {
      char letter = equation.charAt(i);
      if (letter == '-') {
        break; // the output term has no letters of its own
      }
      if (letter == ',') {
        term++;
        axis = 0;
      } else {
        long size = node.size(term, axis++);
        letters.merge(letter, size, Sizes::broadcast);
      }
    }
    return letters;
  }

  private static String equation(NodeFacts node) {
    return node.node().textAttribute("equation", "").replace(" ", "");
  }
}
