package io.demitasse.sensitivity;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Measures how far the output of each layer is off in a part with all its changes at work: what its
 * own change does to it, on top of what comes from the layers before.
 *
 * <p>Both forms of the part run on the same inputs with the outputs of layers as additional
 * outputs, in groups that stay under a ceiling; how large they are is measured first, by a run that
 * fetches nothing but sizes. Only the outputs of the form before are held, and only those of one
 * group; what the other form yields is compared as it comes, and one session is open at a time. So
 * memory is bounded by twice the ceiling and the session, and where one group is enough the form
 * before runs twice on each input and the other once.
 */
public final class OutputErrors {
  /** Bytes of outputs in one group unless said otherwise. */
  public static final long CEILING = 128L << 20;

  /** One thread, so that the errors are the same on any machine with these kernels. */
  private static final Runtime.SessionOptions OPTIONS = Runtime.SessionOptions.of(1);

  private final Runtime runtime;
  private final List<Map<String, Tensor>> inputs;
  private final long ceiling;

  /**
   * @param inputs what flowed into the part: everything runs on all of them
   */
  public OutputErrors(Runtime runtime, List<Map<String, Tensor>> inputs) {
    this(runtime, inputs, CEILING);
  }

  /**
   * @param ceiling bytes of outputs that are held at a time; a single output that is larger is held
   *     alone
   */
  public OutputErrors(Runtime runtime, List<Map<String, Tensor>> inputs, long ceiling) {
    if (ceiling < 1) {
      throw new IllegalArgumentException("the ceiling is at least 1 byte, got " + ceiling);
    }
    this.runtime = runtime;
    this.inputs = List.copyOf(inputs);
    this.ceiling = ceiling;
  }

  /**
   * Compares two forms of a part layer by layer.
   *
   * @param nodes labels of the layers to compare; one is left out when the forms have no output of
   *     it in common, when that is no tensor of floats or of another size, and when it is zero
   *     throughout or not finite in the form before, so that there is no energy to compare with
   * @return the errors in order of execution, over all inputs together
   * @throws io.demitasse.error.DemitasseException (backend failed) when either form does not run
   */
  public List<LayerError> measure(Model before, Model after, Collection<String> nodes) {
    List<LayerOutput> layers = LayerOutput.find(before.graph(), after.graph(), nodes);
    if (layers.isEmpty() || inputs.isEmpty()) {
      return List.of();
    }
    Map<LayerOutput, Energies> energies = new LinkedHashMap<>();
    layers.forEach(layer -> energies.put(layer, new Energies()));
    for (List<LayerOutput> group : groups(layers, sizes(before, layers))) {
      compare(before, after, group, energies);
    }
    List<LayerError> errors = new ArrayList<>();
    energies.forEach(
        (layer, sums) -> {
          if (sums.areComparable()) {
            errors.add(new LayerError(layer.node(), sums.ratio()));
          }
        });
    return errors;
  }

  /** Bytes of outputs over all inputs as floats, by name. */
  private Map<String, Long> sizes(Model before, List<LayerOutput> layers) {
    Model sizing = before.copy();
    Graph graph = sizing.graph();
    Map<String, String> valueBySize = new HashMap<>();
    for (String name : names(layers, LayerOutput::before)) {
      Value size = graph.node("Size").inputs(value(graph, name)).append().output();
      graph.addOutput(size);
      valueBySize.put(size.name(), name);
    }
    Map<String, Long> bytes = new HashMap<>();
    run(
        sizing,
        (_, name, tensor) -> {
          String measured = valueBySize.get(name);
          if (measured != null) {
            bytes.merge(measured, Float.BYTES * tensor.toLongs()[0], Long::sum);
          }
        });
    return bytes;
  }

  /** Cuts a list where the outputs would exceed the ceiling. */
  private List<List<LayerOutput>> groups(List<LayerOutput> layers, Map<String, Long> sizes) {
    List<List<LayerOutput>> groups = new ArrayList<>();
    long room = 0;
    for (LayerOutput layer : layers) {
      long bytes = sizes.getOrDefault(layer.before(), 0L);
      if (groups.isEmpty() || bytes > room) {
        groups.add(new ArrayList<>());
        room = ceiling;
      }
      groups.getLast().add(layer);
      room -= bytes;
    }
    return groups;
  }

  private void compare(
      Model before, Model after, List<LayerOutput> group, Map<LayerOutput, Energies> energies) {
    Set<String> wanted = names(group, LayerOutput::before);
    List<Map<String, Tensor>> held = new ArrayList<>();
    inputs.forEach(_ -> held.add(new HashMap<>()));
    KeptTensors kept = new KeptTensors();
    run(
        tapped(before, wanted),
        (input, name, tensor) -> {
          if (wanted.contains(name) && tensor.dataType().isFloatingPoint()) {
            held.get(input).put(name, kept.keep(tensor));
          }
        });
    Map<String, List<LayerOutput>> byName =
        group.stream().collect(Collectors.groupingBy(LayerOutput::after));
    run(
        tapped(after, byName.keySet()),
        (input, name, tensor) -> {
          for (LayerOutput layer : byName.getOrDefault(name, List.of())) {
            Tensor right = held.get(input).get(layer.before());
            if (right != null && tensor.dataType().isFloatingPoint()) {
              Objects.requireNonNull(energies.get(layer)).add(right, tensor);
            }
          }
        });
  }

  private static Set<String> names(List<LayerOutput> layers, Function<LayerOutput, String> name) {
    return layers.stream().map(name).collect(Collectors.toSet());
  }

  private static Value value(Graph graph, String name) {
    return Objects.requireNonNull(graph.find(name));
  }

  /** A copy that also gives out values of these names. */
  private static Model tapped(Model model, Set<String> names) {
    Model tapped = model.copy();
    Graph graph = tapped.graph();
    names.stream()
        .sorted()
        .map(name -> value(graph, name))
        .filter(value -> !value.isOutput())
        .forEach(graph::addOutput);
    return tapped;
  }

  /** Takes one output of one input after the other. */
  private interface Reader {
    void take(int input, String name, Tensor tensor);
  }

  private void run(Model model, Reader reader) {
    try (Runtime.Session session = runtime.open(model, OPTIONS)) {
      for (int i = 0; i < inputs.size(); i++) {
        int input = i;
        session.run(inputs.get(i), (name, tensor) -> reader.take(input, name, tensor));
      }
    }
  }
}
