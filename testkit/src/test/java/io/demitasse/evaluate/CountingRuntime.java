package io.demitasse.evaluate;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A runtime that writes down how many of its sessions are open each time that one is opened. */
public record CountingRuntime(Runtime runtime, List<String> opened, AtomicInteger open)
    implements Runtime {

  public CountingRuntime(Runtime runtime, List<String> opened) {
    this(runtime, opened, new AtomicInteger());
  }

  @Override
  public String version() {
    return runtime.version();
  }

  @Override
  public Session open(Model model, SessionOptions options) {
    return counted(runtime.open(model, options));
  }

  @Override
  public Session open(Path file, SessionOptions options) {
    return counted(runtime.open(file, options));
  }

  @Override
  public Optional<String> refuses(Model model) {
    return runtime.refuses(model);
  }

  private Session counted(Session session) {
    opened.add(open.incrementAndGet() + " open");
    return new Session() {
      @Override
      public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return session.run(inputs);
      }

      @Override
      public void run(Map<String, Tensor> inputs, BiConsumer<String, Tensor> reader) {
        session.run(inputs, reader);
      }

      @Override
      public List<NodeTime> profile() {
        return session.profile();
      }

      @Override
      public void close() {
        open.decrementAndGet();
        session.close();
      }
    };
  }
}
