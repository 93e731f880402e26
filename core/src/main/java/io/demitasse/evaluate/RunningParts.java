package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The parts of a bundle in sessions that are opened when first used; closing closes them all. */
final class RunningParts implements Program.Parts, AutoCloseable {
  private final Runtime runtime;
  private final BundleFiles files;
  private final Runtime.SessionOptions options;
  private final BiConsumer<String, Map<String, Tensor>> recorder;
  private final Map<String, Runtime.Session> sessions = new LinkedHashMap<>();

  /**
   * @param recorder sees the inputs of every run of every part
   */
  RunningParts(
      Runtime runtime,
      BundleFiles files,
      Runtime.SessionOptions options,
      BiConsumer<String, Map<String, Tensor>> recorder) {
    this.runtime = runtime;
    this.files = files;
    this.options = options;
    this.recorder = recorder;
  }

  @Override
  public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
    recorder.accept(part, inputs);
    return sessions
        .computeIfAbsent(part, name -> runtime.open(files.file(name), options))
        .run(inputs);
  }

  @Override
  public void close() {
    sessions.values().forEach(Runtime.Session::close);
  }
}
