package io.demitasse.data;

import io.demitasse.ir.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** One example. What it becomes as model inputs is the {@link Program}'s part. */
public sealed interface Sample {

  /** What the sample is called in messages and reports: a line number, a file name. */
  String id();

  /** A piece of text. */
  record Text(String id, String text) implements Sample {}

  /** A file of some other modality. */
  record File(String id, Path path) implements Sample {}

  /** Inputs as tensors, by graph input name. */
  record Tensors(String id, Map<String, Tensor> inputs) implements Sample {
    public Tensors {
      inputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }
  }
}
