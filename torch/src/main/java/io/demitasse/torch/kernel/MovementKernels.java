package io.demitasse.torch.kernel;

import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Elements that are put in other places, by numbers that follow from sizes. */
final class MovementKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.CONCAT, Kernel.of(MovementKernels::concat)),
          entry(Op.DEPTH_TO_SPACE, Kernel.of(MovementKernels::depthToSpace)),
          entry(Op.EXPAND, Kernel.of(MovementKernels::expand)),
          entry(Op.FLATTEN, Kernel.of(MovementKernels::flatten)),
          entry(Op.PAD, Kernel.of(Padding::of)),
          entry(Op.RESHAPE, Kernel.of(MovementKernels::reshape)),
          entry(Op.SLICE, Kernel.of(MovementKernels::slice)),
          entry(Op.SPACE_TO_DEPTH, Kernel.of(MovementKernels::spaceToDepth)),
          entry(Op.SPLIT, MovementKernels::split),
          entry(Op.SQUEEZE, Kernel.of(MovementKernels::squeeze)),
          entry(Op.TILE, Kernel.of(call -> call.in(0).repeat(call.longs(1)))),
          entry(Op.TRANSPOSE, Kernel.of(MovementKernels::transpose)),
          entry(Op.TRILU, Kernel.of(MovementKernels::triangle)),
          entry(Op.UNSQUEEZE, Kernel.of(MovementKernels::unsqueeze)));

  private MovementKernels() {}

  private static Tensor concat(Call call) {
    TensorVector parts = new TensorVector();
    for (int i = 0; i < call.inputs().size(); i++) {
      parts.push_back(call.in(i));
    }
    return torch.cat(parts, call.integer("axis", 0));
  }

  private static Tensor depthToSpace(Call call) {
    Tensor x = call.in(0);
    long block = call.integer("blocksize", 1);
    long[] sizes = Tensors.sizes(x);
    long channels = sizes[1] / (block * block);
    boolean columns = call.text("mode", "DCR").equals("CRD");
    Tensor split =
        columns
            ? x.reshape(sizes[0], channels, block, block, sizes[2], sizes[3])
            : x.reshape(sizes[0], block, block, channels, sizes[2], sizes[3]);
    Tensor moved = columns ? split.permute(0, 1, 4, 2, 5, 3) : split.permute(0, 3, 4, 1, 5, 2);
    return moved.reshape(sizes[0], channels, sizes[2] * block, sizes[3] * block);
  }

  private static Tensor spaceToDepth(Call call) {
    Tensor x = call.in(0);
    long block = call.integer("blocksize", 1);
    long[] sizes = Tensors.sizes(x);
    return x.reshape(sizes[0], sizes[1], sizes[2] / block, block, sizes[3] / block, block)
        .permute(0, 3, 5, 1, 2, 4)
        .reshape(sizes[0], sizes[1] * block * block, sizes[2] / block, sizes[3] / block);
  }

  /** Both shapes are broadcast, so a 1 keeps what there is. */
  private static Tensor expand(Call call) {
    Tensor x = call.in(0);
    long[] wanted = call.longs(1);
    long[] sizes = Tensors.sizes(x);
    int rank = Math.max(wanted.length, sizes.length);
    long[] all = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long own = i <= sizes.length ? sizes[sizes.length - i] : 1;
      long other = i <= wanted.length ? wanted[wanted.length - i] : 1;
      all[rank - i] = own == 1 ? other : own;
    }
    return x.expand(all);
  }

  private static Tensor flatten(Call call) {
    Tensor x = call.in(0);
    long[] sizes = Tensors.sizes(x);
    int axis = Tensors.axis(call.integer("axis", 1), sizes.length);
    long rows = Arrays.stream(sizes).limit(axis).reduce(1, Math::multiplyExact);
    long columns = Arrays.stream(sizes).skip(axis).reduce(1, Math::multiplyExact);
    return x.reshape(rows, columns);
  }

  private static Tensor reshape(Call call) {
    Tensor x = call.in(0);
    long[] wanted = call.longs(1, "shape").orElseThrow().clone();
    if (!call.flag("allowzero")) {
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = wanted[i] == 0 ? x.size(i) : wanted[i];
      }
    }
    return x.reshape(wanted);
  }

  private static Tensor slice(Call call) {
    Tensor x = call.in(0);
    long[] starts = call.longs(1, "starts").orElseThrow();
    long[] ends = call.longs(2, "ends").orElseThrow();
    long[] axes =
        call.longs(3, "axes").orElseGet(() -> LongStream.range(0, starts.length).toArray());
    long[] steps =
        call.has(4) ? call.longs(4) : LongStream.generate(() -> 1).limit(starts.length).toArray();
    for (int i = 0; i < starts.length; i++) {
      x = slice(x, Tensors.axis(axes[i], Tensors.rank(x)), starts[i], ends[i], steps[i]);
    }
    return x;
  }

  private static Tensor slice(Tensor x, int axis, long start, long end, long step) {
    long size = x.size(axis);
    long from = start < 0 ? start + size : start;
    long to = end < 0 ? end + size : end;
    if (step > 0) {
      long first = Math.clamp(from, 0, size);
      long last = Math.clamp(to, first, size);
      return torch.slice(x, axis, new LongOptional(first), new LongOptional(last), step);
    }
    long first = Math.clamp(from, -1, size - 1);
    // Below all elements is -1, which a number that is counted from the end cannot say.
    long last = end < 0 && to < 0 ? -1 : Math.clamp(to, -1, size - 1);
    long[] places = LongStream.iterate(first, i -> i > last, i -> i + step).toArray();
    return torch.index_select(x, axis, Tensors.ofLongs(places));
  }

  private static List<Tensor> split(Call call) {
    Tensor x = call.in(0);
    int axis = Tensors.axis(call.integer("axis", 0), Tensors.rank(x));
    long[] sizes = call.longs(1, "split").orElseGet(() -> even(x.size(axis), call.outputs()));
    TensorVector parts = torch.split_with_sizes(x, sizes, axis);
    List<Tensor> results = new ArrayList<>();
    for (long i = 0; i < parts.size(); i++) {
      results.add(parts.get(i));
    }
    return results;
  }

  /** All alike, the last smaller where they do not fit. */
  private static long[] even(long size, int count) {
    long each = Math.ceilDiv(size, count);
    long[] sizes = new long[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = Math.clamp(size - i * each, 0, each);
    }
    return sizes;
  }

  private static Tensor squeeze(Call call) {
    Tensor x = call.in(0);
    return call.longs(1, "axes")
        .map(axes -> torch.squeeze(x, axes))
        .orElseGet(() -> torch.squeeze(x));
  }

  private static Tensor unsqueeze(Call call) {
    Tensor x = call.in(0);
    long[] axes = call.longs(1, "axes").orElseThrow();
    int rank = Tensors.rank(x) + axes.length;
    long[] places = Arrays.stream(axes).map(axis -> Tensors.axis(axis, rank)).sorted().toArray();
    for (long place : places) {
      x = torch.unsqueeze(x, place);
    }
    return x;
  }

  private static Tensor transpose(Call call) {
    Tensor x = call.in(0);
    int rank = Tensors.rank(x);
    return x.permute(
        call.ints("perm")
            .orElseGet(() -> LongStream.range(0, rank).map(i -> rank - 1 - i).toArray()));
  }

  private static Tensor triangle(Call call) {
    long diagonal = call.has(1) ? call.longs(1)[0] : 0;
    return call.integer("upper", 1) != 0
        ? torch.triu(call.in(0), diagonal)
        : torch.tril(call.in(0), diagonal);
  }
}
