package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.any;
import static io.demitasse.rewrite.ValuePattern.constant;
import static io.demitasse.rewrite.ValuePattern.either;

import io.demitasse.cost.KernelCosts;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Rewriter.Outcome;
import io.demitasse.rewrite.ValuePattern;
import io.demitasse.rewrite.Vectors;
import io.demitasse.rewrite.Widening;
import java.util.List;
import java.util.Optional;

/**
 * Writes a spelled-out GELU as one node.
 *
 * <pre>
 *   x ─┬─ Div √2 ─ Erf ─ Add 1 ─┐
 *      └────────────────────── Mul ─ Mul ½ ─ y
 *
 *   becomes   x ─ Gelu ─ y
 *
 *   x ─┬─ Pow 3 ─ Mul 0.044715 ─ Add x ─ Mul √(2/π) ─ Tanh ─ Add 1 ─┐
 *      └────────────────────────────────────────────────────────── Mul ─ Mul ½ ─ y
 *
 *   becomes   x ─ FastGelu ─ y
 * </pre>
 *
 * <p>The factors x, ½ and 1 + erf are found in every order, division as multiplication by the
 * reciprocal, and the cube as a power or as products.
 *
 * <p>{@code bias-gelu} also swallows the addition of a bias before, which a product could take for
 * nothing; {@code fastest} writes whichever of the two costs less on this machine. ONNX Runtime
 * computes {@code FastGelu} in floats, so one of doubles stays as it is.
 */
@PassInfo(summary = "Write a spelled-out GELU as one node", effect = PassInfo.Effect.EXACT)
public record FuseGelu(
    @Option(
            doc =
                "Operators to write: ONNX Runtime's, ONNX's own (opset 20), with the bias before,"
                    + " or what is faster of ONNX Runtime's",
            value = "fastest",
            search = {"gelu", "bias-gelu"})
        Form form)
    implements ModelPass {

  /** The operators to write. */
  public enum Form {
    /** ONNX Runtime's {@code Gelu} and {@code FastGelu}. */
    GELU,
    /** ONNX's own {@code Gelu} of opset 20. */
    ONNX,
    /** ONNX Runtime's {@code BiasGelu} and {@code FastGelu}, with the bias where there is one. */
    BIAS_GELU,
    /** Either of ONNX Runtime's, by what they cost on this machine. */
    FASTEST
  }

  private static final long ONNX_GELU_OPSET = 20;

  private static final ValuePattern.Any X = any();
  private static final ValuePattern.Any BEFORE = any();
  private static final ValuePattern.Constant BIAS = constant();
  private static final NodePattern BIASED = op(Op.ADD).commutative(BEFORE, BIAS);

  private static final GeluSpellings PLAIN = new GeluSpellings(X);
  private static final Rewriter ERF = PLAIN.erf();
  private static final Rewriter TANH = PLAIN.tanh();
  private static final GeluSpellings WITH_BIAS = new GeluSpellings(either(BIASED, X));
  private static final Rewriter ERF_WITH_BIAS = WITH_BIAS.erf();
  private static final Rewriter TANH_WITH_BIAS = WITH_BIAS.tanh();

  @Override
  public FuseGelu decided(KernelCosts costs) {
    if (form != Form.FASTEST) {
      return this;
    }
    boolean slower = costs.isSlower("Gelu", "fuse-gelu form=bias-gelu");
    return new FuseGelu(slower ? Form.GELU : Form.BIAS_GELU);
  }

  @Override
  public void apply(Model model, PassContext context) {
    decided(context.costs()).fuseAll(model, context);
  }

  private void fuseAll(Model model, PassContext context) {
    boolean bias = form == Form.BIAS_GELU;
    InferredShapes shapes = context.shapes();
    (bias ? ERF_WITH_BIAS : ERF).run(context, match -> fuse(match, false, model, shapes, context));
    (bias ? TANH_WITH_BIAS : TANH).run(context, match -> fuse(match, true, model, shapes, context));
  }

  private Outcome fuse(
      Match match, boolean tanh, Model model, InferredShapes shapes, PassContext context) {
    Optional<String> widening = widening(match, shapes);
    if (widening.isPresent()) {
      return new Outcome.Refused(widening.get());
    }
    if (form == Form.ONNX && model.opset() < ONNX_GELU_OPSET) {
      return new Outcome.Refused(
          "ONNX has a Gelu since opset "
              + ONNX_GELU_OPSET
              + " and the model is at "
              + model.opset());
    }
    if (form != Form.ONNX && tanh && isOfDoubles(match)) {
      return new Outcome.Refused("the runtime computes FastGelu in floats, and it is of doubles");
    }
    if (form != Form.ONNX) {
      model.opsets().putIfAbsent(Model.CONTRIB, 1L);
    }
    Node root = match.root();
    Node fused = start(match, tanh, shapes).name(root.name()).insertBefore(root);
    int swallowed = match.nodes().size();
    match.replace(fused.output(), context);
    return new Outcome.Changed(fused, "put " + swallowed + " nodes into one");
  }

  private static boolean isOfDoubles(Match match) {
    return match.nodes().stream()
        .flatMap(node -> node.inputs().stream())
        .filter(input -> input != null)
        .flatMap(input -> input.constant().stream())
        .anyMatch(constant -> constant.dataType() == DataType.DOUBLE);
  }

  private static Optional<String> widening(Match match, InferredShapes shapes) {
    boolean biased = match.has(BIASED);
    Value x = biased ? match.get(BIASED).output() : match.get(X);
    List<Node> nodes =
        match.nodes().stream().filter(n -> !biased || n != match.get(BIASED)).toList();
    return Widening.byConstants(nodes, x, shapes.shape(x));
  }

  private NodeBuilder start(Match match, boolean tanh, InferredShapes shapes) {
    Graph graph = match.root().graph();
    if (form == Form.ONNX) {
      return Op.GELU
          .in(graph)
          .inputs(match.get(X))
          .attribute("approximate", tanh ? "tanh" : "none");
    }
    Op plain = tanh ? Op.CONTRIB_FAST_GELU : Op.CONTRIB_GELU;
    if (!match.has(BIASED)) {
      return plain.in(graph).inputs(match.get(X));
    }
    Value before = match.get(BEFORE);
    Optional<Shape> shape = shapes.shape(before);
    if (shape.isEmpty() || Vectors.unfit(match.get(BIAS), shape, DataType.FLOAT).isPresent()) {
      return plain.in(graph).inputs(match.get(BIASED).output());
    }
    Op biased = tanh ? Op.CONTRIB_FAST_GELU : Op.CONTRIB_BIAS_GELU;
    return biased.in(graph).inputs(before, Vectors.flat(graph, match.get(BIAS)));
  }
}
