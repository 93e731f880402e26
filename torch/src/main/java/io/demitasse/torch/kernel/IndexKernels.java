package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptionalList;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Elements that are read or written where other elements say. */
final class IndexKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.COMPRESS, Kernel.of(IndexKernels::compress)),
          entry(Op.GATHER, Kernel.of(IndexKernels::gather)),
          entry(Op.GATHER_ELEMENTS, Kernel.of(IndexKernels::gatherElements)),
          entry(Op.GATHER_ND, Kernel.of(IndexKernels::gatherNd)),
          entry(Op.REVERSE_SEQUENCE, Kernel.of(IndexKernels::reverse)),
          entry(Op.SCATTER, Kernel.of(IndexKernels::scatterElements)),
          entry(Op.SCATTER_ELEMENTS, Kernel.of(IndexKernels::scatterElements)),
          entry(Op.SCATTER_ND, Kernel.of(IndexKernels::scatterNd)));

  private IndexKernels() {}

  /** Indices below 0 are counted from the end. */
  private static Tensor wrapped(Tensor indices, long size) {
    return torch.where(
        torch.lt(indices, scalar(0)), indices.add(new org.bytedeco.pytorch.Scalar(size)), indices);
  }

  private static Tensor gather(Call call) {
    Tensor x = call.in(0);
    int axis = Tensors.axis(call.integer("axis", 0), Tensors.rank(x));
    Tensor indices = wrapped(call.in(1), x.size(axis));
    if (axis == 0 && x.dim() == 2 && Tensors.isFloat(x)) {
      return torch.embedding(x, indices);
    }
    long[] own = Tensors.sizes(x);
    long[] sizes =
        LongStream.concat(
                LongStream.concat(
                    Arrays.stream(own, 0, axis), Arrays.stream(Tensors.sizes(indices))),
                Arrays.stream(own, axis + 1, own.length))
            .toArray();
    return torch.index_select(x, axis, indices.reshape(-1)).reshape(sizes);
  }

  private static Tensor gatherElements(Call call) {
    Tensor x = call.in(0);
    int axis = Tensors.axis(call.integer("axis", 0), Tensors.rank(x));
    return torch.gather(x, axis, wrapped(call.in(1), x.size(axis)));
  }

  private static Tensor gatherNd(Call call) {
    return torch.index(
        call.in(0), places(call.in(0), call.in(1), (int) call.integer("batch_dims", 0)));
  }

  /** Indices for the first axes: rows of a tensor, and running numbers for batches before them. */
  private static TensorOptionalList places(Tensor x, Tensor indices, int batches) {
    TensorOptionalList places = new TensorOptionalList();
    int last = Tensors.rank(indices) - 1;
    for (int batch = 0; batch < batches; batch++) {
      long[] sizes = LongStream.generate(() -> 1).limit(last).toArray();
      sizes[batch] = x.size(batch);
      places.push_back(
          new TensorOptional(
              Tensors.ofLongs(LongStream.range(0, x.size(batch)).toArray()).reshape(sizes)));
    }
    for (int i = 0; i < indices.size(last); i++) {
      places.push_back(
          new TensorOptional(wrapped(torch.select(indices, last, i), x.size(batches + i))));
    }
    return places;
  }

  private static Tensor scatterElements(Call call) {
    Tensor x = call.in(0);
    int axis = Tensors.axis(call.integer("axis", 0), Tensors.rank(x));
    Tensor indices = wrapped(call.in(1), x.size(axis));
    return switch (call.text("reduction", "none")) {
      case "add" -> torch.scatter_add(x, axis, indices, call.in(2));
      case "mul" -> torch.scatter_reduce(x, axis, indices, call.in(2), "prod");
      case "max" -> torch.scatter_reduce(x, axis, indices, call.in(2), "amax");
      case "min" -> torch.scatter_reduce(x, axis, indices, call.in(2), "amin");
      default -> torch.scatter(x, axis, indices, call.in(2));
    };
  }

  private static Tensor scatterNd(Call call) {
    Tensor x = call.in(0);
    TensorOptionalList places = places(x, call.in(1), 0);
    return switch (call.text("reduction", "none")) {
      case "add" -> torch.index_put(x, places, call.in(2), true);
      case "none" -> torch.index_put(x, places, call.in(2), false);
      default ->
          throw new IllegalArgumentException(
              "ScatterND of this reduction has no gradient here: " + call.text("reduction", ""));
    };
  }

  private static Tensor compress(Call call) {
    boolean whole = call.attribute("axis") == null;
    Tensor x = whole ? call.in(0).reshape(-1) : call.in(0);
    int axis = whole ? 0 : Tensors.axis(call.integer("axis", 0), Tensors.rank(x));
    long[] condition = call.longs(1);
    long[] kept =
        IntStream.range(0, condition.length)
            .filter(i -> condition[i] != 0)
            .mapToLong(i -> i)
            .toArray();
    return torch.index_select(x, axis, Tensors.ofLongs(kept));
  }

  /** The first elements of each row backwards, as many as its length says. */
  private static Tensor reverse(Call call) {
    Tensor x = call.in(0);
    int timeAxis = Tensors.axis(call.integer("time_axis", 0), Tensors.rank(x));
    int batchAxis = Tensors.axis(call.integer("batch_axis", 1), Tensors.rank(x));
    int steps = (int) x.size(timeAxis);
    long[] lengths = call.longs(1);
    long[] places = new long[lengths.length * steps];
    for (int row = 0; row < lengths.length; row++) {
      for (int step = 0; step < steps; step++) {
        places[row * steps + step] = step < lengths[row] ? lengths[row] - 1 - step : step;
      }
    }
    long[] sizes = LongStream.generate(() -> 1).limit(Tensors.rank(x)).toArray();
    Tensor table = Tensors.ofLongs(places).reshape(lengths.length, steps);
    sizes[batchAxis] = lengths.length;
    sizes[timeAxis] = steps;
    Tensor index = (batchAxis < timeAxis ? table : table.transpose(0, 1)).reshape(sizes);
    return torch.gather(x, timeAxis, index.expand(Tensors.sizes(x)).to(ScalarType.Long));
  }
}
