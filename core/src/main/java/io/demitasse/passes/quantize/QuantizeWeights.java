package io.demitasse.passes.quantize;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.passes.quantize.ChannelQuantization.Layout;
import io.demitasse.rewrite.Unread;
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
    @Option(doc = "No zero points", value = "true") boolean symmetric,
    @Option(doc = "Leave smaller weights alone", value = "1024", unit = "elements")
        long minimumElements)
    implements ModelPass {

  private static final List<Op> OPERATORS =
      Arrays.stream(Op.values()).filter(op -> !op.weightInputs().isEmpty()).toList();

  /** A weight in the layout that some readers need, as one graph sees it. */
  private record Stored(Value weight, Layout layout, Graph graph) {}

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
    Map<Stored, Value> dequantized = new HashMap<>();
    for (WeightSite site : sites) {
      Value weight = site.weight();
      if (site.op() == Op.GATHER) {
        Layout layout = Layout.rows(site.tensor());
        QuantizedWeight table = QuantizedWeight.of(weight, TableLookup.QUANTIZER, layout);
        context.changed(TableLookup.replace(site.node(), table), TableLookup.WHAT);
      } else {
        Layout layout = Layout.along(site.channelAxis(), !perChannel, site.tensor());
        Stored stored = new Stored(weight, layout, site.node().graph());
        Value value = dequantized.computeIfAbsent(stored, key -> dequantize(site.node(), key));
        site.node().input(site.input(), value);
        context.changed(site.node(), "has its weight '" + weight.name() + "' as 8-bit integers");
      }
      Unread.remove(weight, context);
    }
  }

  private static Optional<String> unmet(WeightSite site) {
    if (site.op() == Op.GATHER) {
      return site.unmetByTable();
    }
    return site.op().channelAxis(site.node(), site.input()).isEmpty()
        ? Optional.of("the channels of its weight are not known")
        : Optional.empty();
  }

  private Value dequantize(Node reader, Stored stored) {
    LinearQuantizer quantizer = LinearQuantizer.forWeights(symmetric, false);
    QuantizedWeight weight = QuantizedWeight.of(stored.weight, quantizer, stored.layout);
    NodeBuilder node =
        Op.DEQUANTIZE_LINEAR
            .in(stored.graph)
            .name(stored.graph.freeNodeName(stored.weight.name() + "_dequantize"))
            .inputs(weight.integers(), weight.scale());
    if (weight.zero() != null) {
      node.inputs(weight.zero());
    }
    if (perChannel) {
      node.attribute("axis", stored.layout.axis());
    }
    return node.insertBefore(reader).output();
  }
}
