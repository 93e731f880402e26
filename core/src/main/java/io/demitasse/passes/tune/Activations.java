package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
import io.demitasse.train.Examples;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What flows between the blocks of one model, example by example: what later blocks do not read is
 * forgotten, and what is much is kept in files.
 */
final class Activations {
  private final Runtime runtime;
  private final Runtime.SessionOptions options;
  private final Examples examples;
  private final KeptTensors kept;
  private final List<Map<String, Tensor>> values = new ArrayList<>();

  /**
   * Nothing but the inputs of a model.
   *
   * @param threads to run with
   * @param kept where values are kept
   */
  Activations(Runtime runtime, int threads, Examples examples, KeptTensors kept) {
    this.runtime = runtime;
    this.options = Runtime.SessionOptions.of(threads);
    this.examples = examples;
    this.kept = kept;
    for (int i = 0; i < examples.size(); i++) {
      values.add(new HashMap<>());
    }
  }

  /** The same, of which nothing flows yet. */
  Activations anew() {
    return new Activations(runtime, options.threads(), examples, kept);
  }

  private int size() {
    return values.size();
  }

  /** Values of an example, and inputs of the model where there is no value of a name. */
  Map<String, Tensor> of(int example, Collection<String> names) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    Map<String, Tensor> known = values.get(example);
    names.stream().filter(known::containsKey).forEach(name -> found.put(name, known.get(name)));
    if (found.size() < names.size()) {
      Map<String, Tensor> inputs = examples.get(example).inputs();
      names.stream()
          .filter(name -> !known.containsKey(name) && inputs.containsKey(name))
          .forEach(name -> found.put(name, inputs.get(name)));
    }
    return found;
  }

  /** What a block gives for each example. */
  List<Map<String, Tensor>> run(Model block) {
    List<String> inputs = block.graph().inputs().stream().map(input -> input.name()).toList();
    List<Map<String, Tensor>> given = new ArrayList<>();
    try (Runtime.Session session = runtime.open(block, options)) {
      for (int example = 0; example < size(); example++) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        session.run(of(example, inputs), (name, tensor) -> outputs.put(name, kept.keep(tensor)));
        given.add(outputs);
      }
    }
    return given;
  }

  /** Adds what a block gave. */
  void add(List<Map<String, Tensor>> given) {
    for (int example = 0; example < size(); example++) {
      values.get(example).putAll(given.get(example));
    }
  }

  /** Forgets all but some. */
  void keepOnly(Set<String> names) {
    values.forEach(each -> each.keySet().retainAll(names));
  }
}
