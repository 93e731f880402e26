package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.quantize.ChannelQuantization.Layout;
import io.demitasse.passes.quantize.DynamicProducts.Product;
import io.demitasse.rewrite.Unread;
import io.demitasse.rewrite.Vectors;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One application of {@link QuantizeDynamic}: what was made is shared between the nodes that need
 * the same.
 */
final class DynamicQuantization {
  private final QuantizeDynamic options;
  private final PassContext context;
  private final DynamicProducts products;
  private final LinearQuantizer weights;
  private final Map<WeightForm, QuantizedWeight> quantized = new HashMap<>();
  private final Map<Value, QuantizedWeight> transposed = new HashMap<>();
  private final Set<Value> tables = new HashSet<>();
  private final Set<Value> multiplied = new HashSet<>();

  private record WeightForm(Value weight, LinearQuantizer quantizer, Layout layout) {}

  /**
   * The bias of a product and the addition that brings it, which is null when the product has it as
   * an input.
   */
  private record Bias(Value value, @Nullable Node addition) {}

  DynamicQuantization(QuantizeDynamic options, PassContext context) {
    this.options = options;
    this.context = context;
    this.products = new DynamicProducts(options.form() == QuantizeDynamic.Form.FUSED);
    this.weights = LinearQuantizer.forWeights(options.symmetric(), options.reduceRange());
  }

  /** What a product or a table lookup must be like. */
  static Optional<String> unmet(WeightSite site) {
    if (site.tensor().rank() != 2) {
      return Optional.of("its weight is " + site.tensor() + ", expected two dimensions");
    }
    if (site.op() == Op.GATHER) {
      return site.unmetByTable();
    }
    return site.op() == Op.GEMM ? unmetByGemm(site) : Optional.empty();
  }

  private static Optional<String> unmetByGemm(WeightSite site) {
    Node gemm = site.node();
    if (gemm.realAttribute("alpha", 1) != 1 || gemm.realAttribute("beta", 1) != 1) {
      return Optional.of("its alpha and beta are not 1");
    }
    if (gemm.intAttribute("transA", 0) != 0) {
      return Optional.of("it transposes its activation");
    }
    Value bias = gemm.input(2);
    if (bias == null) {
      return Optional.empty();
    }
    long channels = site.tensor().size(site.channelAxis());
    return isVector(bias, channels, 2)
        ? Optional.empty()
        : Optional.of(
            "its bias '" + bias.name() + "' is not one constant number for each output channel");
  }

  void apply(List<WeightSite> sites) {
    for (WeightSite site : sites) {
      if (site.op() == Op.GATHER) {
        tables.add(site.weight());
      } else {
        multiplied.add(site.weight());
        products.expect(site.node().requiredInput(0));
      }
    }
    for (WeightSite site : sites) {
      if (site.op() == Op.GATHER) {
        replaceLookup(site);
      } else {
        replaceProduct(site);
      }
    }
    WeightSite.removeRead(sites, context);
  }

  private void replaceProduct(WeightSite site) {
    Node node = site.node();
    Bias bias = bias(site);
    Node last = bias == null || bias.addition == null ? node : bias.addition;
    Value vector = bias == null ? null : Vectors.flat(node.graph(), bias.value);
    QuantizedWeight quantizedWeight = weight(site);
    Value result =
        products.write(new Product(node, last, node.requiredInput(0), quantizedWeight, vector));
    node.graph().replace(last.output(), result);
    node.graph().remove(last);
    if (last != node) {
      node.graph().remove(node);
    }
    if (bias != null) {
      Unread.remove(bias.value, context);
    }
    context.changed(
        madeBy(result), "computes in 8-bit integers" + (bias == null ? "" : ", bias included"));
  }

  /** The weight of a product, with its output channels last. */
  private QuantizedWeight weight(WeightSite site) {
    boolean rowsAreChannels = site.channelAxis() == 0;
    Layout layout = Layout.along(site.channelAxis(), !options.perChannel(), site.tensor());
    if (!rowsAreChannels) {
      return quantize(site.weight(), weights, layout);
    }
    return tables.contains(site.weight()) && isSharedWithTables()
        ? transposed.computeIfAbsent(site.weight(), _ -> TableLookup.transposed(site, table(site)))
        : quantize(site.weight(), weights, layout.transpose());
  }

  /** A table that a product multiplies too has the range of products, so that it is stored once. */
  private QuantizedWeight table(WeightSite site) {
    boolean shared = multiplied.contains(site.weight()) && isSharedWithTables();
    LinearQuantizer quantizer = shared ? weights : TableLookup.QUANTIZER;
    return quantize(site.weight(), quantizer, Layout.rows(site.tensor()));
  }

  /** Tables have a scale for each row, and no zero points. */
  private boolean isSharedWithTables() {
    return options.perChannel() && options.symmetric();
  }

  /** The bias that a product has or that is added to it and nothing else is done with it. */
  private @Nullable Bias bias(WeightSite site) {
    Node product = site.node();
    if (Op.GEMM.is(product)) {
      Value own = product.input(2);
      return own == null ? null : new Bias(own, null);
    }
    if (options.form() == QuantizeDynamic.Form.STANDARD || !product.output().isUsedOnce()) {
      return null;
    }
    Value.Use reader = product.output().uses().getFirst();
    Node addition = reader.node();
    if (!Op.ADD.is(addition) || addition.graph() != product.graph() || !context.selects(addition)) {
      return null;
    }
    Value other = addition.requiredInput(1 - reader.index());
    int rank = product.requiredInput(0).shape().map(Shape::rank).orElse(1);
    long channels = site.tensor().size(site.channelAxis());
    return isVector(other, channels, rank) ? new Bias(other, addition) : null;
  }

  /**
   * Whether a value is a constant of one number for each output channel and of at most so many
   * dimensions.
   */
  private static boolean isVector(Value value, long channels, int rank) {
    return value
        .constant()
        .filter(tensor -> tensor.dataType() == DataType.FLOAT)
        .filter(tensor -> tensor.rank() >= 1 && tensor.rank() <= rank)
        .filter(tensor -> tensor.size(-1) == channels && tensor.elementCount() == channels)
        .isPresent();
  }

  private void replaceLookup(WeightSite site) {
    context.changed(TableLookup.replace(site.node(), table(site)), TableLookup.WHAT);
  }

  private QuantizedWeight quantize(Value weight, LinearQuantizer quantizer, Layout layout) {
    return quantized.computeIfAbsent(
        new WeightForm(weight, quantizer, layout),
        form -> QuantizedWeight.of(form.weight, form.quantizer, form.layout));
  }

  private static Node madeBy(Value value) {
    return Objects.requireNonNull(value.producer());
  }
}
