package io.demitasse.passes.quantize;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.passes.quantize.ChannelQuantization.Layout;
import io.demitasse.passes.quantize.StaticPlan.Planned;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The constants of statically quantized nodes. What several nodes read alike is stored once. */
final class StaticWeights {
  private final QuantizeStatic options;
  private final LinearQuantizer quantizer;
  private final Map<Key, QuantizedWeight> weights = new HashMap<>();
  private final Map<Form, float[]> ownScales = new HashMap<>();
  private final Map<Value, QuantizedWeight> constants = new HashMap<>();

  private record Form(Value weight, Layout layout) {}

  /**
   * A weight, and the scales that the bias of its reader demands where they are larger than its
   * own: readers that demand nothing share the integers, whatever else they differ in.
   */
  private record Key(Form form, List<Float> leastScales) {}

  StaticWeights(QuantizeStatic options) {
    this.options = options;
    this.quantizer = LinearQuantizer.forWeights(true, options.reduceRange());
  }

  /** The weight of a node as signed integers, on scales on which its bias fits into 32 bits. */
  QuantizedWeight weight(Planned planned, float activationScale) {
    Node node = planned.node();
    Value weight = node.requiredInput(1);
    Tensor tensor = weight.constant().orElseThrow();
    boolean product = planned.op() == Op.MAT_MUL;
    int axis = planned.op().channelAxis(node, 1).orElseThrow();
    Layout layout =
        Layout.along(axis, !options.perChannel() || (product && tensor.rank() != 2), tensor);
    Form form = new Form(weight, layout);
    int biasInput = planned.op().biasInput().orElse(-1);
    Value bias = biasInput < 0 ? null : node.input(biasInput);
    List<Float> least =
        bias == null ? List.of() : demanded(form, bias.constant().orElseThrow(), activationScale);
    return weights.computeIfAbsent(new Key(form, least), this::store);
  }

  /** The least scales on which a bias fits into 32 bits; none when it does on those it gets. */
  private List<Float> demanded(Form form, Tensor bias, float activationScale) {
    float[] least = IntegerBias.leastWeightScales(bias, activationScale);
    if (form.layout.oneScale()) {
      float greatest = 0;
      for (float scale : least) {
        greatest = Math.max(greatest, scale);
      }
      Arrays.fill(least, greatest);
    }
    float[] own = ownScales.computeIfAbsent(form, key -> quantization(key).ownScales());
    List<Float> demanded = new ArrayList<>();
    for (int c = 0; c < least.length; c++) {
      demanded.add(least[c] > own[c] ? least[c] : 0);
    }
    return demanded.stream().allMatch(scale -> scale == 0) ? List.of() : demanded;
  }

  private ChannelQuantization quantization(Form form, float... leastScales) {
    Tensor tensor = form.weight.constant().orElseThrow();
    return new ChannelQuantization(tensor, quantizer, form.layout, leastScales);
  }

  private QuantizedWeight store(Key key) {
    float[] least = new float[key.leastScales.size()];
    for (int c = 0; c < least.length; c++) {
      least[c] = key.leastScales.get(c);
    }
    return QuantizedWeight.of(key.form.weight, Tensor.deferred(quantization(key.form, least)));
  }

  /** The weight as floats again, in front of its reader. */
  Value dequantized(Node reader, QuantizedWeight weight, Planned planned) {
    Tensor scale = weight.scale().constant().orElseThrow();
    Tensor zeros =
        Tensor.ofBytes(quantizer.dataType(), scale.sizes(), new byte[(int) scale.elementCount()]);
    Graph graph = reader.graph();
    Value zero =
        graph.addInitializer(graph.freeName(reader.requiredInput(1).name() + "_zero_point"), zeros);
    NodeBuilder node =
        dequantize(reader, weight.integers()).inputs(weight.integers(), weight.scale(), zero);
    if (scale.rank() > 0) {
      node.attribute("axis", planned.op().channelAxis(planned.node(), 1).orElseThrow());
    }
    return node.insertBefore(reader).output();
  }

  /** A bias as 32-bit integers and as floats again, in front of its reader. */
  Value bias(Node reader, int input, float activationScale, QuantizedWeight weight) {
    Value bias = reader.requiredInput(input);
    Tensor scales = weight.scale().constant().orElseThrow();
    IntegerBias computation =
        new IntegerBias(bias.constant().orElseThrow(), activationScale, scales);
    QuantizedWeight stored = QuantizedWeight.of(bias, Tensor.deferred(computation));
    NodeBuilder node =
        dequantize(reader, stored.integers()).inputs(stored.integers(), stored.scale());
    if (scales.rank() > 0) {
      node.attribute("axis", 0);
    }
    return node.insertBefore(reader).output();
  }

  /**
   * A constant that is no weight, as unsigned integers and as floats again, in front of its reader.
   */
  Value constant(Node reader, Value constant) {
    QuantizedWeight stored = constants.computeIfAbsent(constant, StaticWeights::storeConstant);
    return dequantize(reader, stored.integers())
        .inputs(stored.integers(), stored.scale(), stored.zero())
        .insertBefore(reader)
        .output();
  }

  private static QuantizedWeight storeConstant(Value constant) {
    Tensor tensor = constant.constant().orElseThrow();
    Tensor flat = tensor.reshaped(1, tensor.elementCount());
    Layout layout = Layout.along(0, true, flat);
    List<Tensor> stored =
        Tensor.deferred(new ChannelQuantization(flat, LinearQuantizer.forActivations(), layout));
    return QuantizedWeight.of(
        constant, List.of(stored.get(0).reshaped(tensor.sizes()), stored.get(1), stored.get(2)));
  }

  private static NodeBuilder dequantize(Node reader, Value integers) {
    Graph graph = reader.graph();
    return Op.DEQUANTIZE_LINEAR.in(graph).name(graph.freeNodeName(integers.name() + "_dequantize"));
  }
}
