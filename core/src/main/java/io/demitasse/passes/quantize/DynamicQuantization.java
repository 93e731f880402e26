package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.quantize.ChannelQuantization.Layout;
import io.demitasse.passes.quantize.DynamicProducts.Product;
import io.demitasse.rewrite.Unread;
import io.demitasse.rewrite.Vectors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    Node node = site.node();
    if (site.tensor().rank() != 2) {
      return Optional.of("its weight is " + site.tensor() + ", expected two dimensions");
    }
    if (site.op() == Op.GATHER) {
      return site.unmetByTable();
    }
    return site.op() == Op.GEMM ? unmetByGemm(node, site.tensor()) : Optional.empty();
  }

  private static Optional<String> unmetByGemm(Node gemm, Tensor weight) {
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
    long channels = weight.size(gemm.intAttribute("transB", 0) != 0 ? 0 : 1);
    return isVector(bias, channels, 2)
        ? Optional.empty()
        : Optional.of(
            "its bias '" + bias.name() + "' is not one constant number for each output channel");
  }

  void apply(List<WeightSite> sites) {
    for (WeightSite site : sites) {
      if (site.op() != Op.GATHER) {
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
  }

  private void replaceProduct(WeightSite site) {
    Node node = site.node();
    Value weight = site.weight();
    Bias bias = bias(node, site.tensor());
    Node last = bias == null || bias.addition == null ? node : bias.addition;
    Value vector = bias == null ? null : Vectors.flat(node.graph(), bias.value);
    boolean rowsAreChannels = site.op() == Op.GEMM && node.intAttribute("transB", 0) != 0;
    Layout layout = Layout.along(rowsAreChannels ? 0 : 1, !options.perChannel(), site.tensor());
    QuantizedWeight quantizedWeight =
        quantize(weight, weights, rowsAreChannels ? layout.transpose() : layout);
    Value result =
        products.write(new Product(node, last, node.requiredInput(0), quantizedWeight, vector));
    node.graph().replace(last.output(), result);
    node.graph().remove(last);
    if (last != node) {
      node.graph().remove(node);
    }
    Unread.remove(weight, context);
    if (bias != null) {
      Unread.remove(bias.value, context);
    }
    context.changed(
        madeBy(result), "computes in 8-bit integers" + (bias == null ? "" : ", bias included"));
  }

  /** The bias that a product has or that is added to it and nothing else is done with it. */
  private @Nullable Bias bias(Node product, Tensor weight) {
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
    return isVector(other, weight.size(1), rank) ? new Bias(other, addition) : null;
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
    Node node = site.node();
    Value weight = site.weight();
    QuantizedWeight table = quantize(weight, TableLookup.QUANTIZER, Layout.rows(site.tensor()));
    Node rows = TableLookup.replace(node, table);
    Unread.remove(weight, context);
    context.changed(rows, TableLookup.WHAT);
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
