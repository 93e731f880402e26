package io.demitasse.app;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.InventedInputs;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.Workload;
import io.demitasse.evaluate.Workloads;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that sets sizes of open dimensions, and the inputs made up for them. */
final class ShapeOption {
  private static final int LONGEST_SIZE = 9;
  private static final long SEED = 7;

  @Option(
      names = "--shape",
      paramLabel = "NAME=N,...",
      description =
          "Sizes of open dimensions, such as batch=8,seq=64: the beginning of a name will do. May"
              + " be repeated.")
  private @Nullable List<String> texts;

  /**
   * Refuses the option where no inputs are made up.
   *
   * @param why the beginning of a sentence
   */
  void requireNone(String why) {
    if (texts != null) {
      throw DemitasseException.badRequest(why + ": leave --shape out.");
    }
  }

  /** Sizes by the full name of a dimension, one map for each time the option was given. */
  List<Map<String, Long>> sizes(Model model) {
    List<String> given = texts == null ? List.of() : texts;
    return given.isEmpty()
        ? List.of(Map.of())
        : given.stream().map(text -> parse(text, names(model))).toList();
  }

  /** Sizes where only one shape makes sense: whatever was given, taken together. */
  Map<String, Long> only(Model model) {
    Map<String, Long> all = new LinkedHashMap<>();
    sizes(model).forEach(all::putAll);
    return all;
  }

  /**
   * Inputs of these sizes, made up.
   *
   * @param opener opens a session of the model, which is asked whether it takes them
   */
  Workload workload(Model model, Memory memory, Supplier<Runtime.Session> opener) {
    return workload(new InventedInputs(model.graph(), only(model), memory), opener);
  }

  /** Inputs of each shape, made up as {@link #workload} does. */
  List<Workload> workloads(Model model, Memory memory, Supplier<Runtime.Session> opener) {
    return sizes(model).stream()
        .map(sizes -> workload(new InventedInputs(model.graph(), sizes, memory), opener))
        .toList();
  }

  private static Workload workload(InventedInputs invented, Supplier<Runtime.Session> opener) {
    Sample sample = invented.samples(SEED, 1, opener).get(0);
    if (sample instanceof Sample.Tensors(String _, var inputs, var _)) {
      return new Workload(Workloads.name(inputs), inputs);
    }
    throw new IllegalStateException("synthetic inputs are tensors");
  }

  private static List<String> names(Model model) {
    return model.graph().inputs().stream()
        .flatMap(input -> input.shape().stream())
        .map(Shape::dims)
        .flatMap(List::stream)
        .filter(Dim.Named.class::isInstance)
        .map(Dim::toString)
        .distinct()
        .toList();
  }

  static Map<String, Long> parse(String text, List<String> names) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String name = part.substring(0, Math.max(0, equals)).strip();
      String size = part.substring(equals + 1).strip();
      if (!name.isEmpty() && isSize(size)) {
        sizes.put(full(name, names), Long.valueOf(size));
      } else {
        problems.add("'" + part + "'");
      }
    }
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "The shape has sizes that are not understood: "
              + String.join(", ", problems)
              + ". Write them like --shape batch=8,sequence=64.");
    }
    return sizes;
  }

  private static boolean isSize(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_SIZE
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The only name that begins so; what is ambiguous stays as it is and is refused later. */
  private static String full(String name, List<String> names) {
    List<String> matching = names.stream().filter(each -> each.startsWith(name)).toList();
    return names.contains(name) || matching.size() != 1 ? name : matching.getFirst();
  }
}
