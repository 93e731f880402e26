package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.AxisMap.Kind.CONTRACTED;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rules of matrix products and sums of products. */
final class ProductAxes {
  private ProductAxes() {}

  static void matMul(NodeAxes node) {
    product(node, false, false);
  }

  static void fusedMatMul(NodeAxes node) {
    if (node.node().intAttribute("transBatchA", 0) != 0
        || node.node().intAttribute("transBatchB", 0) != 0) {
      throw new UnknownAxes("it transposes batches");
    }
    product(node, isSet(node, "transA"), isSet(node, "transB"));
  }

  private static boolean isSet(NodeAxes node, String attribute) {
    return node.node().intAttribute(attribute, 0) != 0;
  }

  /** A vector on the left has no rows, one on the right no columns, and neither is transposed. */
  private static void product(NodeAxes node, boolean leftTurned, boolean rightTurned) {
    int left = node.input(0).length;
    int right = node.input(1).length;
    int rank = node.output(0).length;
    int rows = left > 1 ? 1 : 0;
    int columns = right > 1 ? 1 : 0;
    boolean byRows = leftTurned && left > 1;
    Axis leftInner = Axis.ofInput(0, byRows ? left - 2 : left - 1);
    Axis rightInner = Axis.ofInput(1, rightTurned || right == 1 ? right - 1 : right - 2);
    node.same(CONTRACTED, rightInner, leftInner);
    if (rows > 0) {
      Axis row = Axis.ofInput(0, byRows ? left - 1 : left - 2);
      node.same(CARRIED, Axis.ofOutput(0, rank - 1 - columns), row);
    }
    if (columns > 0) {
      Axis column = Axis.ofInput(1, rightTurned ? right - 2 : right - 1);
      node.same(CARRIED, Axis.ofOutput(0, rank - 1), column);
    }
    int[] batches = {Math.max(0, left - 2), Math.max(0, right - 2)};
    node.broadcast(0, rank - rows - columns, _ -> CARRIED, new int[] {0, 1}, batches);
  }

  static void gemm(NodeAxes node) {
    int row = isSet(node, "transA") ? 1 : 0;
    int column = isSet(node, "transB") ? 0 : 1;
    node.same(CONTRACTED, Axis.ofInput(1, 1 - column), Axis.ofInput(0, 1 - row));
    List<Axis> rows = new ArrayList<>(List.of(Axis.ofInput(0, row)));
    List<Axis> columns = new ArrayList<>(List.of(Axis.ofInput(1, column)));
    int added = node.has(2) ? node.input(2).length : 0;
    if (added > 1) {
      rows.add(Axis.ofInput(2, added - 2));
    }
    if (added > 0) {
      columns.add(Axis.ofInput(2, added - 1));
    }
    node.meet(Axis.ofOutput(0, 0), _ -> CARRIED, rows);
    node.meet(Axis.ofOutput(0, 1), _ -> CARRIED, columns);
  }

  /**
   * Letters of the output are carried from where they stand; one that stands in two inputs and not
   * in the output is contracted. Letters that stand elsewhere are opaque.
   */
  static void einsum(NodeAxes node) {
    String equation = node.node().textAttribute("equation", "").replace(" ", "");
    String[] sides = equation.split("->", -1);
    List<String> terms = Arrays.asList(sides[0].split(",", -1));
    boolean plain =
        sides.length == 2
            && !equation.contains(".")
            && terms.size() == node.node().inputs().size()
            && terms.stream().allMatch(term -> term.chars().distinct().count() == term.length());
    if (!plain) {
      throw new UnknownAxes("its equation '" + equation + "' is not followed");
    }
    for (int i = 0; i < sides[1].length(); i++) {
      node.meet(Axis.ofOutput(0, i), _ -> CARRIED, places(terms, sides[1].charAt(i)));
    }
    sides[0]
        .chars()
        .filter(letter -> letter != ',' && sides[1].indexOf(letter) < 0)
        .distinct()
        .mapToObj(letter -> places(terms, (char) letter))
        .filter(places -> places.size() == 2)
        .filter(places -> node.size(places.get(0)) != 1 && node.size(places.get(1)) != 1)
        .forEach(places -> node.same(CONTRACTED, places.get(1), places.get(0)));
  }

  private static List<Axis> places(List<String> terms, char letter) {
    List<Axis> places = new ArrayList<>();
    for (int input = 0; input < terms.size(); input++) {
      int axis = terms.get(input).indexOf(letter);
      if (axis >= 0) {
        places.add(Axis.ofInput(input, axis));
      }
    }
    return places;
  }
}
