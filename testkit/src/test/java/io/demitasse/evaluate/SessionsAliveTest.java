package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many models are loaded at once: each may be as large as the memory allows. */
final class SessionsAliveTest {
  private static final Ports PORTS = Ports.find();
  private static final Tensor INPUT =
      Tensor.ofNumbers(DataType.FLOAT, new long[] {1, 3}, new double[] {1, 2, 3});
  private static final List<Workload> WORKLOADS =
      List.of(new Workload("1x3", Map.of("x", INPUT)), new Workload("again", Map.of("x", INPUT)));

  @TempDir private Path folder;
  private final List<String> opened = new ArrayList<>();
  private final Runtime runtime = new CountingRuntime(PORTS.runtime(), opened);
  private BundleFiles files;

  @BeforeEach
  void write() {
    Path file = folder.resolve("m.onnx");
    PORTS
        .format()
        .write(
            TextGraph.parse(
                "ir 8, opset 17\ngraph g(x: float[N,3]) -> (y: float[N,3]) { y = Relu(x) }\n"),
            file,
            WriteOptions.DEFAULT);
    files = new BundleFiles(Map.of(Bundle.SINGLE, file));
  }

  @Test
  void twoAreTimedInTurnsWhereTheyMayNotFit() {
    Evaluator evaluator = evaluator(new Memory(1));

    List<TimingComparison> timings = evaluator.timings(Bundle.SINGLE, files, files, WORKLOADS);

    assertThat(timings).hasSize(2);
    assertThat(opened)
        .as("the first of a pair is the last of that before")
        .hasSize(6)
        .containsOnly("1 open");
    assertThat(evaluator.timedAsUsed()).isTrue();
    assertThat(evaluator.memoryRemark())
        .hasValueSatisfying(remark -> assertThat(remark).contains("one loaded at a time"));
  }

  @Test
  void twoAreTimedSideBySideWhereTheyFit() {
    Evaluator evaluator = evaluator(new Memory(1L << 40));

    evaluator.timings(Bundle.SINGLE, files, files, WORKLOADS);

    assertThat(opened).hasSize(10).contains("2 open");
    assertThat(evaluator.timedAsUsed()).isFalse();
    assertThat(evaluator.memoryRemark()).isEmpty();
  }

  @Test
  void driftIsMeasuredWithOneAtATime() {
    Drift drift =
        evaluator(new Memory(1))
            .drift(Bundle.SINGLE, files.file(Bundle.SINGLE), files.file(Bundle.SINGLE), WORKLOADS);

    assertThat(drift.wrong()).isEmpty();
    assertThat(opened).containsOnly("1 open");
  }

  private Evaluator evaluator(Memory memory) {
    return new Evaluator(
        new Ports(PORTS.format(), runtime),
        files,
        files,
        TaskSplits.undivided(new Nothing()),
        1,
        new PairedTiming.Effort(5, 5, 1),
        () -> memory);
  }

  /** Scores nothing. */
  private static final class Nothing implements Task {
    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public Samples samples() {
      return Samples.of("one", List.of(new Sample.Tensors("1", Map.of("x", INPUT))));
    }

    @Override
    public Program program() {
      return new IdentityProgram();
    }

    @Override
    public List<String> metrics() {
      return List.of();
    }

    @Override
    public Review<?, List<Score>> scores() {
      return Review.nothing();
    }
  }
}
