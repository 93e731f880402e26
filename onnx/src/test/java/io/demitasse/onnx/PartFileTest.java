package io.demitasse.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.ModelFormat.WriteOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
  @TempDir Path folder;

  /** Writes a model whose weight is never ready, and says when it has begun. */
  record Stuck() implements Computation {
    @Override
    public List<Result> results() {
      return List.of(Result.of(DataType.FLOAT, 1000));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      System.out.println("begun");
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    public static void main(String[] arguments) {
      Graph graph = new Graph("g", null);
      graph.addInitializer("w", Tensor.deferred(new Stuck()).getFirst());
      new OnnxFormat().write(new Model(graph), Path.of(arguments[0]), WriteOptions.DEFAULT);
    }
  }

  @Test
  void aProgramThatIsEndedInTheMiddleLeavesNothing() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Stuck.class.getName(),
                folder.resolve("m.onnx").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("begun");
      assertThat(inFolder()).hasSize(1).allMatch(name -> name.startsWith(".m.onnx.part-"));
    } finally {
      process.destroy();
    }
    process.waitFor();

    assertThat(inFolder()).isEmpty();
  }

  private List<String> inFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
