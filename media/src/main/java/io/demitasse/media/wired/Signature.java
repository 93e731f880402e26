package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import java.util.List;
import java.util.Optional;

/** What a part takes and gives; nothing where there is no such part. */
record Signature(List<Value> inputs, List<Value> outputs) {

  static Signature of(Bundle bundle, String part) {
    Model model = bundle.parts().get(part);
    return model == null ? new Signature(List.of(), List.of()) : of(model);
  }

  static Signature of(Model model) {
    return new Signature(model.graph().inputs(), model.graph().outputs());
  }

  List<String> inputNames() {
    return inputs.stream().map(Value::name).toList();
  }

  List<String> outputNames() {
    return outputs.stream().map(Value::name).toList();
  }

  Optional<Value> input(String name) {
    return inputs.stream().filter(input -> input.name().equals(name)).findFirst();
  }

  Optional<Value> output(String name) {
    return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
  }
}
