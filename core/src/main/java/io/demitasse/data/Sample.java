package io.demitasse.data;

import io.demitasse.ir.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** One example. What it becomes as model inputs is the {@link Program}'s part. */
public sealed interface Sample {

  /** What the sample is called in messages and reports: a line number, a file name. */
  String id();

  /** What is known of it beside, such as its label; no model is given any of it by itself. */
  Fields fields();

  /** The same of which something else is known. */
  Sample with(Fields others);

  /** A piece of text. */
  record Text(String id, String text, Fields fields) implements Sample {
    public Text(String id, String text) {
      this(id, text, Fields.NONE);
    }

    @Override
    public Text with(Fields others) {
      return new Text(id, text, others);
    }
  }

  /** A file of some other modality. */
  record File(String id, Path path, Fields fields) implements Sample {
    public File(String id, Path path) {
      this(id, path, Fields.NONE);
    }

    @Override
    public File with(Fields others) {
      return new File(id, path, others);
    }
  }

  /** Inputs as tensors, by graph input name. */
  record Tensors(String id, Map<String, Tensor> inputs, Fields fields) implements Sample {
    public Tensors {
      inputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }

    public Tensors(String id, Map<String, Tensor> inputs) {
      this(id, inputs, Fields.NONE);
    }

    @Override
    public Tensors with(Fields others) {
      return new Tensors(id, inputs, others);
    }
  }
}
