package io.demitasse.bench.towers;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.rewrite.Extraction;
import java.util.Map;
import java.util.Objects;

/** The two towers, made of models that others trained. */
final class Towers {
  /** What DINOv2 gives for a picture: a vector of its class token and one for each patch. */
  private static final String TOKENS = "/backbone/layernorm/Add_1_output_0";

  private static final String FEATURES = "features";

  private Towers() {}

  /**
   * The backbone of a model that marks what a picture is about, without the head that does so.
   *
   * <pre>
   *   picture [B,3,224,224] ── backbone ── tokens [B,257,384] ──┬── class token ───┐
   *                                                             └── mean of others ┴── [B,768]
   * </pre>
   */
  static Model backbone(Model model) {
    Model backbone = new Extraction(Map.of(TOKENS, "tokens")).of(model);
    Graph graph = backbone.graph();
    graph.inputs().getFirst().rename("pixel_values");
    Value tokens = graph.outputs().getFirst();
    graph.removeOutput(0);
    Layers layers = new Layers(graph);
    Value all = layers.longs(Integer.MAX_VALUE);
    Value axis = layers.longs(1);
    Value first = layers.along("Gather", 1, tokens, layers.weight("class", Tensor.scalar(0L)));
    Value patches = layers.op("Slice", tokens, axis, all, axis);
    Value mean = layers.over("ReduceMean", 1, false, patches);
    layers.output(FEATURES, layers.along("Concat", 1, first, mean), Head.FEATURES);
    return backbone;
  }

  /** The backbone with its head: {@code image_embeds} float {@code [B,384]}, of length 1. */
  static Model vision(Model backbone, Head head) {
    Model vision = backbone.copy();
    Value features = vision.graph().outputs().getFirst();
    vision.graph().removeOutput(0);
    head.append(vision.graph(), features);
    return vision;
  }

  /**
   * A text encoder that averages its tokens itself.
   *
   * <pre>
   *   input_ids ── encoder ── tokens [B,S,384] ──┐
   *   attention_mask ────────────────────────────┴── mean over tokens ── length 1 ── text_embeds
   * </pre>
   *
   * @param encoder with {@code token_type_ids}, which are all zero from here on
   */
  static Model text(Model encoder) {
    Model text = encoder.copy();
    Graph graph = text.graph();
    Layers layers = new Layers(graph);
    Value tokens = graph.outputs().getFirst();
    graph.removeOutput(0);
    zeroTypes(graph);
    Value mask = value(graph, "attention_mask");
    Value counts =
        graph
            .node("Cast")
            .inputs(mask)
            .attribute("to", DataType.FLOAT.code())
            .outputs(graph.freeName("counts"))
            .append()
            .output();
    Value weights = layers.over("Unsqueeze", 2, true, counts);
    Value sum = layers.over("ReduceSum", 1, false, layers.op("Mul", tokens, weights));
    Value count = layers.over("ReduceSum", 1, true, counts);
    Value mean = layers.op("Div", sum, layers.op("Max", count, layers.number(1)));
    layers.output(Head.TEXT, layers.normalized(mean), Head.EMBEDDING);
    return text;
  }

  private static void zeroTypes(Graph graph) {
    Value types = value(graph, "token_type_ids");
    Value shape =
        graph
            .node("Shape")
            .inputs(value(graph, "input_ids"))
            .outputs(graph.freeName("types_shape"))
            .prepend()
            .output();
    Value zeros =
        graph
            .node("ConstantOfShape")
            .attribute("value", new Attribute.OfTensor(Tensor.ofLongs(new long[] {1}, 0)))
            .inputs(shape)
            .outputs(graph.freeName("types"))
            .insertAfter(Objects.requireNonNull(shape.producer()))
            .output();
    graph.replaceUses(types, zeros);
    graph.remove(types);
  }

  private static Value value(Graph graph, String name) {
    Value value = graph.find(name);
    if (value == null) {
      throw new IllegalArgumentException("the text encoder has no input " + name);
    }
    return value;
  }
}
