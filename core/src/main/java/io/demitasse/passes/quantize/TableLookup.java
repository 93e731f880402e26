package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
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

  private static Node lookup(Node like, Value table, String name) {
    return Op.GATHER
        .in(like.graph())
        .name(name)
        .inputs(table, like.requiredInput(1))
        .attributes(like.attributes())
        .insertBefore(like);
  }
}
