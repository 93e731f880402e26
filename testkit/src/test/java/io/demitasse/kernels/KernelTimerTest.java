package io.demitasse.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.Kernel;
import io.demitasse.cost.KernelCost;
import io.demitasse.cost.Setting;
import io.demitasse.evaluate.OtherLoad;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How kernels are measured: with a scripted runtime and clock, and briefly with the real ones. */
class KernelTimerTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final PairedTiming.Effort EFFORT = new PairedTiming.Effort(5, 5, 2);

  private static final Form DYNAMIC =
      Form.of("quantize-dynamic", PassOptions.defaults(QuantizeDynamic.class));
  private static final Form WEIGHTS =
      Form.of("quantize-weights", PassOptions.defaults(QuantizeWeights.class));

  private static final KernelModel PRODUCT =
      new KernelModel(
          "MatMul",
          TextGraph.parse(
              """
              ir 10, opset 17
              graph g(x: float[2,64]) -> (y: float[2,96]) {
                w = float[64,96] ~ 7
                y = MatMul(x, w)
              }
              """),
          List.of(DYNAMIC, WEIGHTS));

  private final ScriptedRuntime runtime = new ScriptedRuntime();
  private final KernelTimer timer =
      new KernelTimer(runtime, 1, new PairedTiming(EFFORT, runtime::now), InstantSource.fixed(NOW));

  @TempDir Path folder;

  @Test
  void aRatioIsOfPairsOfFreshSessionsThatTakeTurns() {
    runtime.takes("MatMul", 1_000_000).takes("DynamicQuantizeMatMul", 400_000);

    KernelCost cost = timer.measure(PRODUCT, DYNAMIC).orElseThrow();

    assertThat(cost.kernel())
        .isEqualTo(new Kernel("MatMul", "2x64 64x96", "float", "quantize-dynamic"));
    assertThat(cost.against()).isEqualTo("float");
    assertThat(cost.measured()).isEqualTo(NOW);
    assertThat(cost.ratio()).isCloseTo(.4, within(.02));
    assertThat(cost.milliseconds()).isCloseTo(.4, within(.02));
    assertThat(cost.againstMilliseconds()).isCloseTo(1, within(.05));
    assertThat(cost.low()).isLessThan(cost.ratio());
    assertThat(cost.high()).isGreaterThan(cost.ratio());
    assertThat(cost.isFaster()).isTrue();
    assertThat(runtime.opened())
        .containsExactly(
            "MatMul", "DynamicQuantizeMatMul",
            "DynamicQuantizeMatMul", "MatMul",
            "MatMul", "DynamicQuantizeMatMul",
            "DynamicQuantizeMatMul", "MatMul",
            "MatMul", "DynamicQuantizeMatMul");
  }

  @Test
  void whatThePassDoesNotWriteHasNoCost() {
    Form idle =
        Form.of(
            "quantize-weights",
            PassOptions.of(QuantizeWeights.class, Map.of("minimum-elements", 1_000_000)));

    assertThat(timer.measure(PRODUCT, idle)).isEmpty();
    assertThat(runtime.opened()).isEmpty();
  }

  @Test
  void aTableIsFilledOnceAndKept() {
    KernelTable table = table(false);
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.missing()).isEqualTo(2);
    assertThat(table.estimate()).isPositive();

    List<Event> events = new ArrayList<>();
    table.fill(timer, events::add);

    assertThat(events).last().isEqualTo(new Event.Advanced("measuring kernels", 2, 2));
    assertThat(table.missing()).isZero();
    assertThat(table.estimate()).isEqualTo(Duration.ZERO);
    assertThat(table(false).missing()).isZero();
    assertThat(table(false).costs().all()).containsExactlyElementsOf(table.costs().all());
    assertThat(table(true).missing()).isEqualTo(2);
  }

  @Test
  void whatTheRuntimeRefusesStaysMissingAndIsTold() {
    runtime.refuses("DynamicQuantizeMatMul");
    KernelTable table = table(false);
    List<Event> events = new ArrayList<>();

    table.fill(timer, events::add);

    assertThat(table.missing()).isEqualTo(1);
    assertThat(table.costs().of(PRODUCT.kernel(WEIGHTS))).isPresent();
    assertThat(events)
        .contains(
            new Event.Warned(
                "MatMul as quantize-dynamic is not measured: There is no DynamicQuantizeMatMul"
                    + " here."));
  }

  @Test
  void aTableThatCannotBeKeptIsWarnedOf() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    CostFile file = new CostFile(folder.resolve("file/kernels.tsv"), setting());
    KernelTable table = new KernelTable(file, List.of(PRODUCT), false);
    List<Event> events = new ArrayList<>();

    table.fill(timer, events::add);

    assertThat(table.costs().all()).hasSize(2);
    assertThat(events)
        .filteredOn(Event.Warned.class::isInstance)
        .singleElement()
        .asString()
        .contains("the table is not kept: ", "cannot be written");
  }

  @Test
  void whatOthersDisturbedIsUsedAndNotKept() {
    KernelTable table = table(false);
    List<Event> events = new ArrayList<>();

    table.fill(timer, kept(1.5), events::add);

    assertThat(table.costs().all()).hasSize(2);
    assertThat(table.missing()).isZero();
    assertThat(table(false).missing()).isEqualTo(2);
    assertThat(events)
        .contains(
            new Event.Warned(
                "other processes were using the machine while 2 kernels were measured: used for"
                    + " this run, and measured again in the next"));
  }

  @Test
  void whatNobodyDisturbedIsKeptAsSoonAsThatIsKnown() {
    List<Integer> missing = new ArrayList<>();

    table(false)
        .fill(
            timer,
            kept(0),
            event -> {
              if (event instanceof Event.Advanced) {
                missing.add(table(false).missing());
              }
            });

    assertThat(missing).containsExactly(1, 0);
  }

  /**
   * With so many processors kept busy by others, for a while against which a measurement is short.
   */
  private UndisturbedCosts kept(double others) {
    return new UndisturbedCosts(
        new CostFile(folder.resolve("kernels.tsv"), setting()),
        10_000,
        () -> {
          OtherLoad load = new OtherLoad();
          load.add(1000 * others, 0, 1000);
          return load;
        });
  }

  @Test
  void theRealRuntimeIsMeasuredAsWell() {
    KernelTimer real =
        new KernelTimer(
            Ports.find().runtime(), 1, new PairedTiming(EFFORT), InstantSource.fixed(NOW));

    for (Form form : PRODUCT.forms()) {
      KernelCost cost = real.measure(PRODUCT, form).orElseThrow();

      assertThat(cost.kernel()).isEqualTo(PRODUCT.kernel(form));
      assertThat(cost.milliseconds()).isPositive();
      assertThat(cost.againstMilliseconds()).isPositive();
    }
  }

  private KernelTable table(boolean again) {
    return new KernelTable(
        new CostFile(folder.resolve("kernels.tsv"), setting()), List.of(PRODUCT), again);
  }

  private static Setting setting() {
    return new Setting("a machine", "a runtime", 1);
  }
}
