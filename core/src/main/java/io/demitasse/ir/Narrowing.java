package io.demitasse.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An input or output of a part that has fewer numbers along one axis once it is published, because
 * all parts that share the axis lost the same of them.
 *
 * <p>While a bundle is worked on, the part takes and gives as many as the original does, so that it
 * can be run, timed, trained and calibrated on what flowed into the original. What is published
 * takes and gives those that stay:
 *
 * <pre>
 *   encoder ─ [B,S,3] ─ Pad [B,S,4] ─ Gather [B,S,5]   ───   [B,S,5] ─ Gather [B,S,3] ─ decoder
 *
 *   is published as
 *   encoder ─ [B,S,3]   ───   [B,S,3] ─ decoder
 * </pre>
 *
 * <p>What an output lost is zero until then.
 */
public final class Narrowing {
  /** What later steps may put in front of or behind a change of size. */
  private static final Set<String> PASSING =
      Set.of("Cast", "Identity", "QuantizeLinear", "DequantizeLinear");

  private final String value;
  private final boolean input;
  private final int axis;
  private final int size;
  private final int[] kept;

  /**
   * @param value an input or output of the part
   * @param axis counted from the first
   * @param size what there was along the axis
   * @param kept the indices that stay, in rising order
   */
  public Narrowing(Value value, int axis, int size, int... kept) {
    this.value = value.name();
    this.input = value.isInput();
    this.axis = axis;
    this.size = size;
    this.kept = kept.clone();
  }

  /** What is smaller. */
  public String value() {
    return value;
  }

  /** Which of its axes is, counted from the first. */
  public int axis() {
    return axis;
  }

  /** Gives a part that has become smaller the size of before outside. */
  public void widen(Model part) {
    Graph graph = part.graph();
    Value narrow = find(graph).orElseThrow();
    int rank = narrow.shape().map(Shape::rank).orElseThrow();
    if (input) {
      List<Value.Use> readers = List.copyOf(narrow.uses());
      Node gather = gather(graph, narrow).prepend();
      gather.output().type(narrow.type());
      readers.forEach(use -> use.node().input(use.index(), gather.output()));
      narrow.type(resized(narrow, size));
      return;
    }
    long[] pads = new long[2 * rank];
    pads[rank + axis] = 1;
    Value zero =
        graph.addInitializer(
            graph.freeName(value + "_pads"), Tensor.ofLongs(new long[] {pads.length}, pads));
    Node pad =
        graph.node("Pad").name(graph.freeNodeName(value + "_zero")).inputs(narrow, zero).append();
    Value wide = gather(graph, pad.output()).append().output();
    wide.type(resized(narrow, size));
    for (int i = 0; i < graph.outputs().size(); i++) {
      if (graph.outputs().get(i) == narrow) {
        graph.setOutput(i, wide);
      }
    }
    narrow.rename(graph.freeName(value + "_kept"));
    wide.rename(value);
  }

  private NodeBuilder gather(Graph graph, Value data) {
    Value picks =
        graph.addInitializer(
            graph.freeName(value + "_places"), Tensor.ofInts(new long[] {picks().length}, picks()));
    return graph
        .node("Gather")
        .name(graph.freeNodeName(value + "_places"))
        .attribute("axis", axis)
        .inputs(data, picks);
  }

  /** An output picks the zero behind the others for what went. */
  private int[] picks() {
    if (input) {
      return kept.clone();
    }
    int[] picks = new int[size];
    Arrays.fill(picks, kept.length);
    for (int i = 0; i < kept.length; i++) {
      picks[kept[i]] = i;
    }
    return picks;
  }

  private Optional<Value> find(Graph graph) {
    return Optional.ofNullable(graph.find(value))
        .filter(found -> input ? found.isInput() : found.isOutput());
  }

  /** Whether a part still changes the size as it was told to. */
  boolean isIn(Model part) {
    return find(part.graph()).map(this::steps).filter(steps -> !steps.isEmpty()).isPresent();
  }

  /** A part that may be changed takes or gives what stays. */
  void publish(Model part) {
    Graph graph = part.graph();
    Value wide = find(graph).orElseThrow();
    List<Node> steps = steps(wide);
    steps.forEach(
        node -> {
          List<Value> before = passed(node.output());
          before.forEach(each -> each.type(resized(each, kept.length)));
          Value numbers = node.requiredInput(1);
          if (node.output().isOutput()) {
            graph.replace(node.output(), node.requiredInput(0));
          } else {
            graph.replaceUses(node.output(), node.requiredInput(0));
          }
          graph.remove(node);
          if (numbers.uses().isEmpty() && numbers.initializer() != null) {
            graph.remove(numbers);
          }
        });
    find(graph)
        .ifPresent(
            narrow -> {
              narrow.type(resized(narrow, kept.length));
              if (input) {
                passed(narrow).forEach(each -> each.type(resized(each, kept.length)));
              }
            });
  }

  /** What a value goes through before anything is computed of it. */
  private static List<Value> passed(Value from) {
    List<Value> values = new ArrayList<>(List.of(from));
    Value at = from;
    while (at.isUsedOnce() && PASSING.contains(at.uses().getFirst().node().opType())) {
      at = at.uses().getFirst().node().output();
      values.add(at);
    }
    return values;
  }

  /**
   * The Gather of an input, the Gather and the Pad of an output; empty where they are not there.
   */
  private List<Node> steps(Value wide) {
    if (input) {
      Value last = passed(wide).getLast();
      return last.isUsedOnce() && isPick(last.uses().getFirst().node())
          ? List.of(last.uses().getFirst().node())
          : List.of();
    }
    Node gather = maker(wide);
    if (gather == null || !isPick(gather)) {
      return List.of();
    }
    Node pad = maker(gather.requiredInput(0));
    return pad != null && pad.is("Pad") && pad.output().isUsedOnce()
        ? List.of(gather, pad)
        : List.of();
  }

  private static @Nullable Node maker(Value value) {
    Node maker = value.producer();
    while (maker != null && PASSING.contains(maker.opType())) {
      maker = maker.requiredInput(0).producer();
    }
    return maker;
  }

  private boolean isPick(Node node) {
    return node.is("Gather")
        && node.intAttribute("axis", 0) == axis
        && node.constantInput(1)
            .filter(
                picks ->
                    Arrays.equals(picks.toLongs(), Arrays.stream(picks()).asLongStream().toArray()))
            .isPresent();
  }

  private @Nullable ValueType resized(Value of, int to) {
    if (!(of.type() instanceof ValueType.OfTensor(DataType type, Shape shape)) || shape == null) {
      return of.type();
    }
    List<Dim> dims = new ArrayList<>(shape.dims());
    if (axis < dims.size() && dims.get(axis) instanceof Dim.Fixed) {
      dims.set(axis, Dim.of(to));
    }
    return ValueType.tensor(type, new Shape(dims));
  }
}
