package io.demitasse.ops;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.SymbolicShapes.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What shape the outputs of one node have, given what is known of its inputs. */
final class ShapeRules {
  private final SymbolicShapes facts;
  private final Node node;

  ShapeRules(SymbolicShapes facts, Node node) {
    this.facts = facts;
    this.node = node;
  }

  /** Adds what follows for the node's outputs to the facts. */
  void infer() {
    Value output = node.output(0);
    if (output == null) {
      return;
    }
    try {
      infer(Op.of(node), output);
    } catch (IndexOutOfBoundsException
        | ArithmeticException
        | IllegalArgumentException
        | IllegalStateException
        | NoSuchElementException _) {
      // The file states a shape that its own operators contradict: nothing follows from it.
    }
  }

  private void infer(Optional<Op> op, Value output) {
    Optional<Shape> shape = op.flatMap(this::shape);
    shape.ifPresent(found -> facts.put(output, found));
    op.ifPresent(known -> furtherOutputs(known, shape));
    op.flatMap(known -> new SizeRules(facts, node).content(known))
        .ifPresent(content -> facts.putContent(output, content));
  }

  private void furtherOutputs(Op op, Optional<Shape> first) {
    for (Value output : node.presentOutputs()) {
      if (output != node.output(0)) {
        Optional<Shape> shape =
            switch (op) {
              case DYNAMIC_QUANTIZE_LINEAR -> Optional.of(Shape.of());
              case SPLIT -> first.map(this::splitRest);
              case TOP_K -> first;
              case CONTRIB_SKIP_LAYER_NORMALIZATION ->
                  output == node.output(3) ? first : Optional.empty();
              default -> Optional.empty();
            };
        shape.ifPresent(found -> facts.put(output, found));
      }
    }
  }

  private Optional<Shape> shape(Op op) {
    if (op.isElementwise()) {
      return elementwise();
    }
    return switch (op) {
      case IDENTITY,
          SOFTMAX,
          LOG_SOFTMAX,
          HARDMAX,
          LAYER_NORMALIZATION,
          BATCH_NORMALIZATION,
          INSTANCE_NORMALIZATION,
          GROUP_NORMALIZATION,
          RMS_NORMALIZATION,
          LP_NORMALIZATION,
          LRN,
          CUM_SUM,
          TRILU,
          DYNAMIC_QUANTIZE_LINEAR,
          QUANTIZE_LINEAR,
          DEQUANTIZE_LINEAR,
          CONTRIB_QUANTIZE_LINEAR,
          CONTRIB_DEQUANTIZE_LINEAR,
          CONTRIB_SKIP_LAYER_NORMALIZATION ->
          input(0);
      case MAT_MUL,
          MAT_MUL_INTEGER,
          CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL,
          CONTRIB_MAT_MUL_INTEGER_TO_FLOAT ->
          both(this::product);
      case GEMM -> both(this::gemm);
      case CONV, MAX_POOL, AVERAGE_POOL, GLOBAL_AVERAGE_POOL, GLOBAL_MAX_POOL ->
          input(0).map(x -> window(op, x));
      case SHAPE -> input(0).map(x -> Shape.of(x.rank()));
      case SIZE -> Optional.of(Shape.of());
      case CONSTANT -> node.output().constant().map(Tensor::shape);
      case CONSTANT_OF_SHAPE -> facts.content(node.input(0)).map(this::dims);
      case EXPAND ->
          input(0)
              .flatMap(x -> facts.content(node.input(1)).map(to -> facts.broadcast(x, dims(to))));
      default -> moved(op);
    };
  }

  private Optional<Shape> moved(Op op) {
    return switch (op) {
      case TRANSPOSE -> input(0).map(this::transposed);
      case RESHAPE ->
          input(0).flatMap(x -> facts.content(node.input(1)).map(to -> reshaped(x, to)));
      case FLATTEN -> Optional.of(new Shape(List.of(facts.fresh(), facts.fresh())));
      case GATHER -> both(this::gathered);
      case CONCAT -> concatenated();
      case SLICE -> input(0).map(x -> new SliceRule(facts, node).apply(x));
      case SPLIT -> input(0).map(this::split);
      case UNSQUEEZE -> input(0).flatMap(x -> axes().map(axes -> unsqueezed(x, axes)));
      case SQUEEZE -> input(0).flatMap(x -> axes().map(axes -> without(x, axes)));
      case REDUCE_MAX,
          REDUCE_MEAN,
          REDUCE_MIN,
          REDUCE_PROD,
          REDUCE_SUM,
          REDUCE_L1,
          REDUCE_L2,
          REDUCE_SUM_SQUARE ->
          input(0).flatMap(this::reduced);
      default -> Optional.empty();
    };
  }

  private Optional<Shape> input(int index) {
    Value value = node.input(index);
    return value == null ? Optional.empty() : facts.of(value);
  }

  private interface OfTwo {
    @Nullable Shape of(Shape one, Shape other);
  }

  private Optional<Shape> both(OfTwo rule) {
    return input(0).flatMap(one -> input(1).map(other -> rule.of(one, other)));
  }

  private Optional<Shape> elementwise() {
    Shape result = Shape.of();
    for (Value value : node.inputs()) {
      Optional<Shape> shape = value == null ? Optional.of(Shape.of()) : facts.of(value);
      if (shape.isEmpty()) {
        return Optional.empty();
      }
      result = facts.broadcast(result, shape.get());
    }
    return Optional.of(result);
  }

  private @Nullable Shape product(Shape a, Shape b) {
    if (a.rank() < 2 || b.rank() < 2) {
      return null;
    }
    Shape batch =
        facts.broadcast(
            new Shape(a.dims().subList(0, a.rank() - 2)),
            new Shape(b.dims().subList(0, b.rank() - 2)));
    List<Dim> dims = new ArrayList<>(batch.dims());
    dims.add(a.dim(-2));
    dims.add(b.dim(-1));
    return new Shape(dims);
  }

  private Shape gemm(Shape a, Shape b) {
    return new Shape(
        List.of(
            a.dim(node.intAttribute("transA", 0) != 0 ? 1 : 0),
            b.dim(node.intAttribute("transB", 0) != 0 ? 0 : 1)));
  }

  /** Convolution and pooling: what becomes of the places is not followed. */
  private Shape window(Op op, Shape x) {
    boolean global = op == Op.GLOBAL_AVERAGE_POOL || op == Op.GLOBAL_MAX_POOL;
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      dims.add(i < 2 ? x.dim(i) : global ? Dim.of(1) : facts.fresh());
    }
    if (op == Op.CONV) {
      dims.set(1, input(1).map(weight -> weight.dim(0)).orElseGet(facts::fresh));
    }
    return new Shape(dims);
  }

  private Shape transposed(Shape x) {
    List<Dim> dims = new ArrayList<>();
    for (long axis :
        node.intsAttribute(
            "perm", LongStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray())) {
      dims.add(x.dim((int) axis));
    }
    return new Shape(dims);
  }

  private Shape reshaped(Shape x, List<Size> to) {
    List<Dim> dims = new ArrayList<>();
    boolean copies = node.intAttribute("allowzero", 0) == 0;
    for (Size size : to) {
      boolean copied = size.isNumber() && size.number() == 0 && copies;
      boolean open = size.isNumber() && size.number() < 0;
      dims.add(copied ? x.dim(dims.size()) : open ? Dim.UNKNOWN : dim(size));
    }
    int open = dims.indexOf(Dim.UNKNOWN);
    if (open >= 0) {
      dims.remove(open);
      dims.add(open, rest(x, dims));
    }
    return new Shape(dims);
  }

  /** What is left of the elements of a shape when they are split into other dimensions. */
  private Dim rest(Shape x, List<Dim> others) {
    List<Dim> left = new ArrayList<>(x.dims());
    long divisor = 1;
    for (Dim other : others) {
      if (!left.remove(other)) {
        if (!(other instanceof Dim.Fixed(long size))) {
          return facts.fresh();
        }
        divisor = Math.multiplyExact(divisor, size);
      }
    }
    long product = 1;
    for (Dim dim : left) {
      if (dim instanceof Dim.Fixed(long size)) {
        product = Math.multiplyExact(product, size);
      } else {
        return left.size() == 1 && divisor == 1 ? dim : facts.fresh();
      }
    }
    return divisor > 0 && product % divisor == 0 ? Dim.of(product / divisor) : facts.fresh();
  }

  private Dim dim(Size size) {
    if (size.dim() != null) {
      return size.dim();
    }
    return size.number() < 0 ? facts.fresh() : Dim.of(size.number());
  }

  private Shape dims(List<Size> sizes) {
    return new Shape(sizes.stream().map(this::dim).toList());
  }

  private Shape gathered(Shape data, Shape indices) {
    int axis = Math.floorMod(node.intAttribute("axis", 0), data.rank());
    List<Dim> dims = new ArrayList<>(data.dims());
    dims.remove(axis);
    dims.addAll(axis, indices.dims());
    return new Shape(dims);
  }

  private Optional<Shape> concatenated() {
    Optional<Shape> first = input(0);
    if (first.isEmpty()) {
      return first;
    }
    int axis = Math.floorMod(node.intAttribute("axis", 0), first.get().rank());
    long sum = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<Dim> dim = input(i).map(shape -> shape.dim(axis));
      sum =
          dim.isPresent() && sum >= 0 && dim.get() instanceof Dim.Fixed(long size)
              ? Math.addExact(sum, size)
              : -1;
    }
    return Optional.of(with(first.get(), axis, sum < 0 ? facts.fresh() : Dim.of(sum)));
  }

  private Shape split(Shape x) {
    int axis = Math.floorMod(node.intAttribute("axis", 0), x.rank());
    return with(x, axis, splitSize(x.dim(axis), 0));
  }

  private Shape splitRest(Shape first) {
    return with(first, Math.floorMod(node.intAttribute("axis", 0), first.rank()), facts.fresh());
  }

  private Dim splitSize(Dim whole, int part) {
    long[] sizes = node.constantInput(1).map(Tensor::toLongs).orElse(node.intsAttribute("split"));
    if (sizes.length > part) {
      return Dim.of(sizes[part]);
    }
    int parts = node.outputs().size();
    return whole instanceof Dim.Fixed(long size) && size % parts == 0
        ? Dim.of(size / parts)
        : facts.fresh();
  }

  private static Shape with(Shape shape, int axis, Dim dim) {
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.set(axis, dim);
    return new Shape(dims);
  }

  /** The axes, which are an attribute or, since opset 13 or 18, an input. */
  private Optional<long[]> axes() {
    if (node.input(1) != null) {
      return node.constantInput(1).map(Tensor::toLongs);
    }
    return node.attribute("axes") == null
        ? Optional.empty()
        : Optional.of(node.intsAttribute("axes"));
  }

  private static Shape unsqueezed(Shape x, long[] axes) {
    int rank = x.rank() + axes.length;
    List<Dim> dims = new ArrayList<>(Collections.nCopies(rank, Dim.UNKNOWN));
    for (long axis : axes) {
      dims.set(Math.floorMod(axis, rank), Dim.of(1));
    }
    List<Dim> rest = new ArrayList<>(x.dims());
    dims.replaceAll(dim -> dim instanceof Dim.Unknown ? rest.removeFirst() : dim);
    return new Shape(dims);
  }

  private static Shape without(Shape x, long[] axes) {
    List<Dim> dims = new ArrayList<>(x.dims());
    LongStream.of(axes)
        .map(axis -> Math.floorMod(axis, x.rank()))
        .distinct()
        .boxed()
        .sorted(Collections.reverseOrder())
        .forEach(axis -> dims.remove((int) (long) axis));
    return new Shape(dims);
  }

  private Optional<Shape> reduced(Shape x) {
    boolean keeps = node.intAttribute("keepdims", 1) != 0;
    if (node.input(1) == null && node.attribute("axes") == null) {
      return Optional.of(keeps ? new Shape(Collections.nCopies(x.rank(), Dim.of(1))) : Shape.of());
    }
    return axes()
        .map(
            axes -> {
              if (!keeps) {
                return without(x, axes);
              }
              Shape kept = x;
              for (long axis : axes) {
                kept = with(kept, Math.floorMod(axis, x.rank()), Dim.of(1));
              }
              return kept;
            });
  }
}
