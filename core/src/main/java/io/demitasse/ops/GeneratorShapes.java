package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rules of operators that make tensors of sizes, indices or other formats. */
final class GeneratorShapes {
  private GeneratorShapes() {}

  static TensorFacts shape(NodeFacts node) {
    Dim[] sizes = node.sizes(0);
    int from = bound(node.attribute("start", 0), sizes.length);
    int to = bound(node.attribute("end", sizes.length), sizes.length);
    return TensorFacts.ofSizes(Sizes.range(sizes, from, Math.max(from, to)));
  }

  private static int bound(long place, int rank) {
    return Math.clamp(place < 0 ? place + rank : place, 0, rank);
  }

  static TensorFacts size(NodeFacts node) {
    return TensorFacts.of(DataType.INT64).with(Content.ofSizes(Sizes.product(node.sizes(0))));
  }

  static TensorFacts constantOfShape(NodeFacts node) {
    TensorFacts value =
        node.node().attribute("value") instanceof Attribute.OfTensor(Tensor tensor)
            ? TensorFacts.of(tensor)
            : TensorFacts.of(Tensor.scalar(0f));
    TensorFacts result = value.withSizes(node.content(0).sizes());
    Content number = value.content();
    return number == null || number.length() != 1 || result.contentOrUnknown() == null
        ? result
        : result.with(number.picked((int) result.elementCount(), _ -> 0));
  }

  static TensorFacts range(NodeFacts node) {
    double start = node.number(0);
    double step = node.number(2);
    double count = Math.max(0, Math.ceil((node.number(1) - start) / step));
    if (Double.isNaN(count)) {
      boolean counts = start == 0 && step == 1;
      return TensorFacts.of(node.type(0), counts ? new Dim[] {node.onlySize(1)} : Sizes.open(1));
    }
    TensorFacts result = TensorFacts.of(node.type(0), (long) count);
    boolean whole = !node.type(0).isFloatingPoint(); // floats are rounded at every step
    return result.contentOrUnknown() == null || !whole
        ? result
        : result.withNumbers(
            IntStream.range(0, (int) count).mapToDouble(i -> start + i * step).toArray());
  }

  static TensorFacts eyeLike(NodeFacts node) {
    return TensorFacts.of(node.typeAttribute("dtype", node.type(0)), node.sizes(0));
  }

  static TensorFacts nonZero(NodeFacts node) {
    return TensorFacts.of(DataType.INT64, node.rank(0), TensorFacts.OPEN);
  }

  static List<@Nullable TensorFacts> unique(NodeFacts node) {
    TensorFacts places = TensorFacts.of(DataType.INT64, Sizes.open(1));
    TensorFacts input = node.input(0);
    Dim[] sizes =
        node.node().attribute("axis") == null
            ? Sizes.open(1)
            : Sizes.replaced(input.dims(), node.axis(0, input.rank()), Dim.UNKNOWN);
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
        new Dim[] {node.size(0, 0), Sizes.of(node.attribute("sample_size", 1))});
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

  /** The sizes behind the letters of an equation such as {@code bij,bjk->bik}. */
  static TensorFacts einsum(NodeFacts node) {
    Map<Character, Dim> letters = letters(node);
    String equation = equation(node);
    int arrow = equation.indexOf("->");
    if (arrow < 0) {
      throw new NotInferable("its equation " + equation + " does not spell out the output");
    }
    Dim[] sizes =
        equation
            .substring(arrow + 2)
            .chars()
            .mapToObj(c -> letters.getOrDefault((char) c, Dim.UNKNOWN))
            .toArray(Dim[]::new);
    return node.input(0).withSizes(sizes);
  }

  static Map<Character, Dim> letters(NodeFacts node) {
    String equation = equation(node);
    if (equation.contains(".")) {
      throw new NotInferable("its equation " + equation + " has an ellipsis");
    }
    Map<Character, Dim> letters = new LinkedHashMap<>();
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
        letters.merge(letter, node.size(term, axis++), node.symbols()::broadcast);
      }
    }
    return letters;
  }

  private static String equation(NodeFacts node) {
    return node.node().textAttribute("equation", "").replace(" ", "");
  }
}
