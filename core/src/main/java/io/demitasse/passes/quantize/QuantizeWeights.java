package io.demitasse.passes.quantize;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.passes.quantize.ChannelQuantization.Layout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores weights as 8-bit integers and computes in float as before.
 *
 * <pre>
 *   x ─ Conv W ─ y        becomes   W8, scale ─ DequantizeLinear ─┐
 *                                                            x ─ Conv ─ y
 *
 *   ids ─ Gather T ─ y    becomes   ids ─┬─ Gather T8 ─ Cast ─ Mul ─ y
 *                                        └─ Gather scale ──────┘
 * </pre>
 *
 * <p>This makes the file small, not the model fast: ONNX Runtime turns a dequantized constant back
 * into floats while it loads. Tables are not turned back, for only the rows looked up are scaled.
 */
@PassInfo(
    summary = "Store weights as 8-bit integers and compute in float as before",
    effect = PassInfo.Effect.LOSSY,
    minimumOpset = 13)
public record QuantizeWeights(
    @Option(doc = "One scale for each output channel, not one for the whole weight", value = "true")
        boolean perChannel,
    @Option(
            doc = "No zero points",
            value = "true",
            search = {"true", "false"})
        boolean symmetric,
    @Option(doc = "Leave smaller weights alone", value = "1024", unit = "elements")
        long minimumElements)
    implements ModelPass {

  private static final List<Op> OPERATORS =
      Arrays.stream(Op.values()).filter(op -> !op.weightInputs().isEmpty()).toList();

  /** A weight in the layout that some readers need. */
  private record Stored(Value weight, Layout layout) {}

  public QuantizeWeights {
    if (minimumElements < 1) {
      throw new IllegalArgumentException(
          "minimum-elements must be at least 1, got " + minimumElements);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    List<WeightSite> sites =
        WeightSite.withoutShared(
            context, WeightSite.find(context, OPERATORS, minimumElements, QuantizeWeights::unmet));
    Map<Stored, QuantizedWeight> tables = new HashMap<>();
    Map<Stored, Value> dequantized = new HashMap<>();
    for (WeightSite site : sites) {
      if (site.op() == Op.GATHER) {
        context.changed(TableLookup.replace(site.node(), table(site, tables)), TableLookup.WHAT);
      }
    }
    for (WeightSite site : sites) {
      if (site.op() != Op.GATHER) {
        Layout along = Layout.along(site.channelAxis(), !perChannel, site.tensor());
        Layout layout = site.transpose() == null ? along : along.transpose();
        Stored stored = new Stored(site.weight(), layout);
        Value value = dequantized.computeIfAbsent(stored, key -> dequantize(site, key, tables));
        site.node().input(site.input(), value);
        context.changed(
            site.node(), "has its weight '" + site.weight().name() + "' as 8-bit integers");
      }
    }
    WeightSite.removeRead(sites, context);
  }

  private static QuantizedWeight table(WeightSite site, Map<Stored, QuantizedWeight> tables) {
    Layout layout = Layout.rows(site.tensor());
    return tables.computeIfAbsent(
        new Stored(site.weight(), layout),
        stored -> QuantizedWeight.of(stored.weight, TableLookup.QUANTIZER, layout));
  }

  private static Optional<String> unmet(WeightSite site) {
    if (site.op() == Op.GATHER) {
      return site.unmetByTable();
    }
    return site.op().channelAxis(site.node(), site.input()).isEmpty()
        ? Optional.of("the channels of its weight are not known")
        : Optional.empty();
  }

  /** A weight as floats again, in the graph that holds it, for all that read it in or below. */
  private Value dequantize(WeightSite site, Stored stored, Map<Stored, QuantizedWeight> tables) {
    QuantizedWeight weight = integers(site, stored, tables);
    Graph graph = stored.weight.graph();
    NodeBuilder node =
        Op.DEQUANTIZE_LINEAR
            .in(graph)
            .name(graph.freeNodeName(stored.weight.name() + "_dequantize"))
            .inputs(weight.integers(), weight.scale());
    if (weight.zero() != null) {
      node.inputs(weight.zero());
    }
    if (perChannel) {
      node.attribute("axis", site.transpose() == null ? site.channelAxis() : 1);
    }
    return node.insertBefore(site.reader()).output();
  }

  /** The integers of the table that a weight also is, when they are the same, or its own. */
  private QuantizedWeight integers(
      WeightSite site, Stored stored, Map<Stored, QuantizedWeight> tables) {
    LinearQuantizer quantizer = LinearQuantizer.forWeights(symmetric, false);
    boolean rows = site.tensor().rank() == 2 && site.channelAxis() == 0 && perChannel;
    QuantizedWeight table =
        rows && quantizer.equals(TableLookup.QUANTIZER)
            ? tables.get(new Stored(stored.weight, Layout.rows(site.tensor())))
            : null;
    if (table == null) {
      return QuantizedWeight.of(stored.weight, quantizer, stored.layout);
    }
    return site.transpose() == null
        ? new QuantizedWeight(table.integers(), TableLookup.vector(site, table), null)
        : TableLookup.transposed(site, table);
  }
}
