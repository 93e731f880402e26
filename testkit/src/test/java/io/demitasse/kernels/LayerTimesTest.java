package io.demitasse.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.Setting;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.pipeline.Event;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What layers take by themselves, with a scripted runtime and clock. */
final class LayerTimesTest {
  private static final QuantizeDynamic DYNAMIC = PassOptions.defaults(QuantizeDynamic.class);

  private static final Model MODEL =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[n,64], u: float[a,b]) -> (y: float[n,96], v: float[a,96]) {
            w1 = float[64,64] ~ 1
            w2 = float[64,64] ~ 2
            w3 = float[64,96] ~ 3
            w4 = float[64,96] ~ 4
            p = MatMul(x, w1) # first
            r = Relu(p)
            q = MatMul(r, w2) # second
            y = MatMul(q, w3) # third
            v = MatMul(u, w4) # open
          }
          """);

  private static final Set<String> LAYERS = Set.of("first", "second", "third", "open");

  private final ScriptedRuntime runtime = new ScriptedRuntime();
  private final List<String> told = new ArrayList<>();

  @TempDir Path folder;
  private LayerTimes times;

  @BeforeEach
  void scripted() {
    runtime.takes("MatMul", 3_000_000).takes("DynamicQuantizeMatMul", 1_000_000);
    PairedTiming timing = new PairedTiming(new PairedTiming.Effort(5, 5, 2), runtime::now);
    KernelTimer timer = new KernelTimer(runtime, 1, timing, InstantSource.fixed(Instant.EPOCH));
    times =
        new LayerTimes(
            timer,
            new CostFile(folder.resolve("kernels.tsv"), new Setting("machine", "runtime", 1)),
            event -> {
              if (event instanceof Event.Noted noted) {
                told.add(noted.toString());
              }
            });
  }

  @Test
  void aLayerOfSingleNumbersHasACostAsWell() {
    runtime.takes("Add", 1_000_000);
    Model numbers =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[]) -> (y) {
              c = float[] {3}
              y = Add(x, c) # numbers
            }
            """);

    assertThat(times.of(numbers, Map.of(), DYNAMIC, Set.of("numbers"))).isEmpty();
  }

  @Test
  void layersOfTheSameSizesAreMeasuredOnce() {
    List<LayerTime> found = times.of(MODEL, Map.of("x", new long[] {8, 64}), DYNAMIC, LAYERS);

    assertThat(found).extracting(LayerTime::node).containsExactly("first", "second", "third");
    assertThat(found).allSatisfy(time -> assertThat(time.change()).isNegative());
    assertThat(told).singleElement().asString().contains("measuring 2 of 2 kernels");
  }

  @Test
  void whatWasMeasuredIsKept() {
    List<LayerTime> found = times.of(MODEL, Map.of("x", new long[] {8, 64}), DYNAMIC, LAYERS);
    List<LayerTime> again = times.of(MODEL, Map.of("x", new long[] {8, 64}), DYNAMIC, LAYERS);
    assertThat(again).isEqualTo(found);
    assertThat(told).hasSize(1);

    times.of(MODEL, Map.of("x", new long[] {16, 64}), DYNAMIC, LAYERS);
    assertThat(told).as("other sizes are other kernels").hasSize(2);
  }

  @Test
  void aLayerOfUnknownSizesIsLeftOut() {
    assertThat(times.of(MODEL, Map.of(), DYNAMIC, Set.of("open"))).isEmpty();
    assertThat(told).isEmpty();
  }
}
