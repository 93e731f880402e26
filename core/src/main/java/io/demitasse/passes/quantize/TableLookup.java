package io.demitasse.passes.quantize;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/** A lookup in a table of integers whose rows are scaled after they were looked up. */
final class TableLookup {
  static final String WHAT = "keeps its table as 8-bit integers with one scale a row";
  static final LinearQuantizer QUANTIZER = LinearQuantizer.forWeights(true, false);

  private TableLookup() {}

  /**
   * Writes the lookup in place of a {@code Gather} of float rows, which is removed. The runtime
   * cannot turn the table back into floats while it loads, as it does with a dequantized constant.
   *
   * @param table integers of two dimensions and a column of scales
   * @return the lookup of the integers
   */
  static Node replace(Node gather, QuantizedWeight table) {
    Node rows = lookup(gather, table.integers(), gather.name());
    Node scales = lookup(gather, table.scale(), DynamicProducts.derived(gather, "_scale"));
    Node real =
        Op.CAST
            .in(gather.graph())
            .name(DynamicProducts.derived(gather, "_cast"))
            .inputs(rows.output())
            .attribute("to", DataType.FLOAT.code())
            .insertBefore(gather);
    Node result =
        Op.MUL
            .in(gather.graph())
            .name(DynamicProducts.derived(gather, "_scaled"))
            .inputs(real.output(), scales.output())
            .insertBefore(gather);
    gather.graph().replace(gather.output(), result.output());
    gather.graph().remove(gather);
    return rows;
  }

  /**
   * A table as the weight of a product whose output channels are its rows. The integers are in the
   * file once: the runtime transposes them while it loads.
   *
   * @param site a product that reads the table, in front of which the table is transposed for all
   * @param table integers of two dimensions and a column of scales
   */
  static QuantizedWeight transposed(WeightSite site, QuantizedWeight table) {
    Graph graph = site.weight().graph();
    String name = site.weight().name();
    Value integers =
        Op.TRANSPOSE
            .in(graph)
            .name(graph.freeNodeName(name + "_transpose"))
            .outputs(graph.freeName(name + "_quantized_transposed"))
            .inputs(table.integers())
            .attribute("perm", Attribute.ofInts(1, 0))
            .insertBefore(site.reader())
            .output();
    return new QuantizedWeight(integers, vector(site, table), null);
  }

  /** The column of scales of a table as a vector, as products and dequantization want it. */
  static Value vector(WeightSite site, QuantizedWeight table) {
    Graph graph = site.weight().graph();
    String name = site.weight().name() + "_scale_vector";
    Value sizes =
        graph.addInitializer(graph.freeName(name + "_sizes"), Tensor.ofLongs(new long[] {1}, -1));
    return Op.RESHAPE
        .in(graph)
        .name(graph.freeNodeName(name))
        .outputs(graph.freeName(name))
        .inputs(table.scale(), sizes)
        .insertBefore(site.reader())
        .output();
  }

  private static Node lookup(Node like, Value table, String name) {
    return Op.GATHER
        .in(like.graph())
        .name(name)
        .inputs(table, like.requiredInput(1))
        .attributes(like.attributes())
        .insertBefore(like);
  }
}
