package io.demitasse.train;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A part of a model between some of its values, as a model of its own, to be trained on what flowed
 * there in the original.
 *
 * <pre>
 *   ids ─ Gather ─ h ─ MatMul w ─ i ─ Gelu ─ j ─ ...     from h to j:     h ─ MatMul w ─ i ─ Gelu ─ j
 * </pre>
 *
 * <p>Inputs and outputs have the names of the values, and weights keep theirs and are the same
 * tensors, so that what was learned is put back by name.
 */
public final class Block {
  private final Set<String> inputs;
  private final Set<String> outputs;
  private final InferredShapes shapes;

  private Block(List<String> inputs, List<String> outputs, InferredShapes shapes) {
    this.inputs = new LinkedHashSet<>(inputs);
    this.outputs = new LinkedHashSet<>(outputs);
    this.shapes = shapes;
  }

  /**
   * Cuts a part out of a model, which stays as it is.
   *
   * @param inputs names of values of the main graph where the part begins: nothing before them is
   *     taken along; none for the inputs of the model that are needed
   * @param outputs names of values of the main graph that it computes
   * @throws DemitasseException (bad request) when there is no value of a name, its type is not
   *     known, an input is constant or not needed, or an output depends on inputs of the model by
   *     another way
   */
  public static Model of(Model model, List<String> inputs, List<String> outputs) {
    return new Block(inputs, outputs, ShapeInference.proved(model)).cut(model);
  }

  /**
   * Cuts off what is not needed to compute some values: the inputs of the model that they depend on
   * stay as they are, the others are gone.
   *
   * @param outputs names of values of the main graph
   * @throws DemitasseException (bad request) when there is no value of a name
   */
  public static Model upTo(Model model, List<String> outputs) {
    return of(model, List.of(), outputs);
  }

  private Model cut(Model model) {
    Model part = model.copy();
    part.training().clear();
    Graph graph = part.graph();
    for (int i = graph.outputs().size() - 1; i >= 0; i--) {
      graph.removeOutput(i);
    }
    for (String name : outputs) {
      Value end = find(graph, name);
      type(find(model.graph(), name)).ifPresent(end::type);
      graph.addOutput(end);
    }
    inputs.forEach(name -> begin(graph, find(model.graph(), name)));
    removeUnread(graph);
    List.copyOf(graph.inputs()).forEach(this::require);
    return part;
  }

  private static Value find(Graph graph, String name) {
    Value value = graph.find(name);
    if (value == null) {
      List<String> names = graph.values().stream().map(Value::name).toList();
      throw DemitasseException.badRequest(
          "The model has no value '" + name + "'" + Nearest.suggestion(name, names, "."));
    }
    return value;
  }

  private Optional<ValueType> type(Value original) {
    Optional<DataType> type = shapes.dataType(original);
    Optional<Shape> shape = shapes.shape(original);
    return type.isPresent() && (shape.isPresent() || original.type() == null)
        ? Optional.of(new ValueType.OfTensor(type.get(), shape.orElse(null)))
        : Optional.ofNullable(original.type());
  }

  /** Lets those that read a value read an input of its name. */
  private void begin(Graph graph, Value original) {
    String name = original.name();
    Value value = find(graph, name);
    if (original.constant().isPresent() || value.isOutput()) {
      String what = value.isOutput() ? "an output of the block too" : "constant";
      throw refusal("'" + name + "' is " + what + ", and a block begins at values that vary");
    }
    if (value.isInput()) {
      return;
    }
    ValueType type =
        type(original)
            .orElseThrow(
                () -> refusal("the type of '" + name + "' is not known, and an input has one"));
    value.rename(graph.freeName(name + "_before"));
    graph.replaceUses(value, graph.addInput(name, type));
  }

  /** Goes backwards, so that what only such nodes read is unread when its turn comes. */
  private static void removeUnread(Graph graph) {
    for (Node node : graph.nodes().reversed()) {
      if (node.presentOutputs().stream().noneMatch(Block::isRead)) {
        graph.remove(node);
      }
    }
    for (Value value : graph.values()) {
      if (value.producer() == null && !isRead(value) && !value.isInput()) {
        graph.remove(value);
      }
    }
  }

  private static boolean isRead(Value value) {
    return !value.uses().isEmpty() || value.isOutput();
  }

  private void require(Value input) {
    boolean wanted = inputs.contains(input.name());
    if (wanted && !isRead(input)) {
      throw refusal("nothing in it depends on '" + input.name() + "': leave that out");
    }
    if (!wanted && !isRead(input)) {
      input.graph().remove(input);
    } else if (!wanted && !inputs.isEmpty() && input.initializer() == null) {
      throw refusal(
          "it depends on the model's input '"
              + input.name()
              + "' too: let it begin there too, or at a value on the way");
    }
  }

  private DemitasseException refusal(String why) {
    return DemitasseException.badRequest(
        "No block from "
            + String.join(", ", inputs)
            + " to "
            + String.join(", ", outputs)
            + " can be cut out: "
            + why
            + ".");
  }
}
