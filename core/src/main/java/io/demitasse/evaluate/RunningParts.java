package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The parts of a bundle in sessions that are opened when first used; closing closes them all. */
public final class RunningParts implements Program.Parts, AutoCloseable {
  private final Function<String, Runtime.Session> opener;
  private final BiConsumer<String, Map<String, Tensor>> recorder;
  private final Map<String, Runtime.Session> sessions = new LinkedHashMap<>();

  /**
   * @param opener opens a session of a part
   * @param recorder sees the inputs of every run of every part
   */
  public RunningParts(
      Function<String, Runtime.Session> opener, BiConsumer<String, Map<String, Tensor>> recorder) {
    this.opener = opener;
    this.recorder = recorder;
  }

  /** Parts from files. */
  static RunningParts of(
      Runtime runtime,
      BundleFiles files,
      Runtime.SessionOptions options,
      BiConsumer<String, Map<String, Tensor>> recorder) {
    return new RunningParts(part -> runtime.open(files.file(part), options), recorder);
  }

  @Override
  public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
    recorder.accept(part, inputs);
    return sessions.computeIfAbsent(part, opener).run(inputs);
  }

  @Override
  public Map<String, Tensor> run(
      String part, Map<String, Tensor> inputs, Map<String, long[]> sizes) {
    recorder.accept(part, inputs);
    return sessions.computeIfAbsent(part, opener).run(inputs, sizes);
  }

  /** The same parts, not run where what is read of them is known. */
  Program.Parts remembering(OutputCache cache, BundleFiles files) {
    return new Program.Parts() {
      @Override
      public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
        return RunningParts.this.run(part, inputs);
      }

      @Override
      public Map<String, Tensor> run(
          String part, Map<String, Tensor> inputs, Map<String, long[]> sizes) {
        return RunningParts.this.run(part, inputs, sizes);
      }

      @Override
      public <T> T read(
          String part, Map<String, Tensor> inputs, Function<Map<String, Tensor>, T> reading) {
        return cache.get(files.file(part), inputs, () -> reading.apply(run(part, inputs)));
      }
    };
  }

  @Override
  public void close() {
    sessions.values().forEach(Runtime.Session::close);
  }
}
