package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.SymbolicShapes.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows sizes through small integer tensors: what one node makes of them. */
final class SizeRules {
  private final SymbolicShapes facts;
  private final Node node;

  SizeRules(SymbolicShapes facts, Node node) {
    this.facts = facts;
    this.node = node;
  }

  /** The elements of the first output, of at most one dimension, if they follow. */
  Optional<List<Size>> content(Op op) {
    return switch (op) {
      case SHAPE -> shape();
      case IDENTITY, SQUEEZE, UNSQUEEZE, RESHAPE -> flat();
      case CAST -> isWide(node.intAttribute("to", 0)) ? flat() : Optional.empty();
      case GATHER -> gathered();
      case CONCAT -> concatenated();
      case SLICE -> facts.content(node.input(0)).flatMap(new SliceRule(facts, node)::kept);
      case ADD, SUB, MUL, DIV -> calculated(op);
      default -> Optional.empty();
    };
  }

  private Optional<List<Size>> shape() {
    return facts
        .of(node.requiredInput(0))
        .map(
            shape -> {
              List<Size> all = shape.dims().stream().map(Size::of).toList();
              int rank = all.size();
              int from = bound(node.intAttribute("start", 0), rank);
              return all.subList(from, Math.max(from, bound(node.intAttribute("end", rank), rank)));
            });
  }

  private static int bound(long index, int rank) {
    return Math.clamp(index < 0 ? index + rank : index, 0, rank);
  }

  /** Whether a type holds every size as it is; others wrap or round. */
  private static boolean isWide(long type) {
    return type == DataType.INT64.code() || type == DataType.INT32.code();
  }

  /** The same elements, where the result has at most one dimension. */
  private Optional<List<Size>> flat() {
    boolean small = facts.of(node.output()).map(shape -> shape.rank() <= 1).orElse(false);
    return small ? facts.content(node.input(0)) : Optional.empty();
  }

  private Optional<List<Size>> gathered() {
    Optional<List<Size>> indices =
        facts.content(node.input(1)).filter(all -> all.stream().allMatch(Size::isNumber));
    Optional<List<Size>> data = facts.content(node.input(0));
    if (indices.isEmpty() || data.isEmpty()) {
      return Optional.empty();
    }
    List<Size> from = data.get();
    List<Size> found = new ArrayList<>();
    for (Size index : indices.get()) {
      int position =
          Math.toIntExact(index.number() < 0 ? index.number() + from.size() : index.number());
      if (position < 0 || position >= from.size()) {
        return Optional.empty();
      }
      found.add(from.get(position));
    }
    return Optional.of(found);
  }

  private Optional<List<Size>> concatenated() {
    List<Size> all = new ArrayList<>();
    for (Value input : node.inputs()) {
      Optional<List<Size>> part = facts.content(input);
      if (part.isEmpty() || all.size() > SymbolicShapes.MOST_SIZES) {
        return Optional.empty();
      }
      all.addAll(part.get());
    }
    return Optional.of(all);
  }

  /** Arithmetic on numbers; a size that meets anything but a neutral element is lost. */
  private Optional<List<Size>> calculated(Op op) {
    Optional<List<Size>> left = facts.content(node.input(0)).filter(all -> all.size() == 1);
    Optional<List<Size>> right = facts.content(node.input(1)).filter(all -> all.size() == 1);
    if (left.isEmpty() || right.isEmpty()) {
      return Optional.empty();
    }
    Size a = left.get().getFirst();
    Size b = right.get().getFirst();
    if (a.isNumber() && b.isNumber()) {
      return number(op, a.number(), b.number())
          .filter(number -> number == number.intValue()) // beyond, 32 bits would wrap
          .map(number -> List.of(Size.of(number)));
    }
    long neutral = op == Op.MUL || op == Op.DIV ? 1 : 0;
    return b.isNumber() && b.number() == neutral ? left : Optional.empty();
  }

  private static Optional<Long> number(Op op, long a, long b) {
    return switch (op) {
      case ADD -> Optional.of(Math.addExact(a, b));
      case SUB -> Optional.of(Math.subtractExact(a, b));
      case MUL -> Optional.of(Math.multiplyExact(a, b));
      case DIV -> b == 0 ? Optional.empty() : Optional.of(a / b);
      default -> Optional.empty();
    };
  }
}
