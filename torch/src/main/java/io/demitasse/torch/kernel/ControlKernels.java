package io.demitasse.torch.kernel;

import static java.util.Map.entry;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Nodes that run graphs of their own. */
final class ControlKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.IF, ControlKernels::branch),
          entry(Op.LOOP, ControlKernels::loop),
          entry(Op.SCAN, ControlKernels::scan));

  private ControlKernels() {}

  private static Graph graph(Call call, String name) {
    if (call.attribute(name) instanceof Attribute.OfGraph(Graph graph)) {
      return graph;
    }
    throw new IllegalStateException(call.node() + " lacks its graph " + name);
  }

  private static List<@Nullable Tensor> branch(Call call) {
    boolean taken = Tensors.number(call.in(0)) != 0;
    return new ArrayList<>(
        call.subgraphs().run(graph(call, taken ? "then_branch" : "else_branch"), List.of()));
  }

  private static List<@Nullable Tensor> loop(Call call) {
    Graph body = graph(call, "body");
    long most = call.has(0) ? call.longs(0)[0] : Long.MAX_VALUE;
    boolean more = !call.has(1) || Tensors.number(call.in(1)) != 0;
    int carried = call.inputs().size() - 2;
    List<Tensor> state = new ArrayList<>();
    for (int i = 0; i < carried; i++) {
      state.add(call.in(i + 2));
    }
    List<TensorVector> rows = rows(body.outputs().size() - 1 - carried);
    for (long trip = 0; trip < most && more; trip++) {
      List<Tensor> inputs = new ArrayList<>();
      inputs.add(Tensors.ofLongs(trip).reshape(new long[0]));
      inputs.add(Tensors.ofLongs(1).reshape(new long[0]).to(ScalarType.Bool));
      inputs.addAll(state);
      List<Tensor> results = call.subgraphs().run(body, inputs);
      more = Tensors.number(results.getFirst()) != 0;
      state = new ArrayList<>(results.subList(1, 1 + carried));
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).push_back(results.get(1 + carried + i));
      }
    }
    List<@Nullable Tensor> results = new ArrayList<>(state);
    rows.forEach(all -> results.add(torch.stack(all, 0)));
    return results;
  }

  private static List<TensorVector> rows(int count) {
    List<TensorVector> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(new TensorVector());
    }
    return rows;
  }

  /**
   * Along the axes and in the directions that the node says, which by default are the first,
   * forward.
   */
  private static List<@Nullable Tensor> scan(Call call) {
    if (call.setting().opset() < 9) {
      throw new IllegalArgumentException("Scan before version 9 is not computed here");
    }
    Graph body = graph(call, "body");
    int scanned = (int) call.integer("num_scan_inputs", 0);
    int carried = call.inputs().size() - scanned;
    List<Tensor> state = new ArrayList<>();
    for (int i = 0; i < carried; i++) {
      state.add(call.in(i));
    }
    long[] axes = call.ints("scan_input_axes").orElse(new long[scanned]);
    long[] directions = call.ints("scan_input_directions").orElse(new long[scanned]);
    int made = body.outputs().size() - carried;
    long[] outputAxes = call.ints("scan_output_axes").orElse(new long[made]);
    long[] outputDirections = call.ints("scan_output_directions").orElse(new long[made]);
    long trips = call.in(carried).size(axes[0]);
    List<List<Tensor>> rows = new ArrayList<>();
    for (long trip = 0; trip < trips; trip++) {
      List<Tensor> inputs = new ArrayList<>(state);
      for (int i = 0; i < scanned; i++) {
        long place = directions[i] == 0 ? trip : trips - 1 - trip;
        inputs.add(torch.select(call.in(carried + i), axes[i], place));
      }
      List<Tensor> results = call.subgraphs().run(body, inputs);
      state = new ArrayList<>(results.subList(0, carried));
      rows.add(results.subList(carried, results.size()));
    }
    List<@Nullable Tensor> results = new ArrayList<>(state);
    for (int i = 0; i < made; i++) {
      results.add(stacked(rows, i, outputAxes[i], outputDirections[i] != 0));
    }
    return results;
  }

  private static Tensor stacked(List<List<Tensor>> rows, int output, long axis, boolean backwards) {
    TensorVector all = new TensorVector();
    List<List<Tensor>> ordered = backwards ? rows.reversed() : rows;
    ordered.forEach(row -> all.push_back(row.get(output)));
    return torch.stack(all, axis);
  }
}
