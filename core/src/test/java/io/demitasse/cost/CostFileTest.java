package io.demitasse.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CostFileTest {
  private static final Setting SETTING = new Setting("Some Processor, 2 of it", "Runtime 1.0", 2);

  @TempDir Path folder;
  private CostFile file;

  @BeforeEach
  void open() {
    file = CostFile.in(folder, SETTING);
  }

  private static KernelCost cost(String operator, double ratio) {
    return new KernelCost(
        new Kernel(operator, "1x384 384x1536", "float", "quantize-dynamic"),
        KernelCost.FLOAT,
        .25 * ratio,
        .25,
        ratio * .9,
        ratio,
        ratio * 1.1,
        Instant.parse("2026-01-02T03:04:05.678Z"));
  }

  @Test
  void whatWasAddedIsThere() {
    assertThat(file.read()).isEqualTo(new CostFile.Content(List.of(), Optional.empty()));

    assertThat(file.add(List.of(cost("MatMul", 1. / 3), cost("Gemm", 2)))).isEmpty();

    assertThat(file.read().ignored()).isEmpty();
    assertThat(file.read().costs()).containsExactly(cost("MatMul", 1. / 3), cost("Gemm", 2));
  }

  @Test
  void whatWasMeasuredAgainReplacesWhatWasThere() {
    file.add(List.of(cost("MatMul", .5), cost("Gemm", 2)));
    file.add(List.of(cost("MatMul", .7)));

    assertThat(file.read().costs()).containsExactly(cost("MatMul", .7), cost("Gemm", 2));
  }

  @Test
  void eachSettingHasItsFile() {
    file.add(List.of(cost("MatMul", .5)));

    for (Setting other :
        List.of(
            new Setting("Another Processor, 2 of it", "Runtime 1.0", 2),
            new Setting("Some Processor, 2 of it", "Runtime 1.1", 2),
            new Setting("Some Processor, 2 of it", "Runtime 1.0", 1))) {
      assertThat(CostFile.in(folder, other).path()).isNotEqualTo(file.path());
      assertThat(CostFile.in(folder, other).read().costs()).isEmpty();
      assertThat(new CostFile(file.path(), other).read().ignored().orElseThrow())
          .startsWith("it is of another setting: expected '");
    }
  }

  @Test
  void aFileThatWasCutOffAnywhereIsIgnoredAndReplaced() throws IOException {
    file.add(List.of(cost("MatMul", .5), cost("Gemm", 2)));
    String whole = Files.readString(file.path());

    for (int length = 0; length < whole.length() - 1; length++) {
      Files.writeString(file.path(), whole.substring(0, length));
      assertThat(file.read().costs()).as("of %d characters", length).isEmpty();
      assertThat(file.read().ignored()).as("of %d characters", length).isPresent();
    }
    file.add(List.of(cost("Conv", 3)));
    assertThat(file.read().ignored()).isEmpty();
    assertThat(file.read().costs()).containsExactly(cost("Conv", 3));
  }

  @Test
  void whatIsNoTableIsIgnoredWithAReason() throws IOException {
    file.add(List.of(cost("MatMul", .5)));
    String whole = Files.readString(file.path());

    assertIgnored("{}", "it is of another version, or no table of kernel costs");
    assertIgnored(
        whole.replace("costs 1", "costs 2"),
        "it is of another version, or no table of kernel costs");
    assertIgnored(whole.replace("end\t1", "end\t2"), "its end is missing");
    assertIgnored(
        whole.replace("\tfloat\tquantize", "\tquantize"),
        "line 5 is damaged: expected 11 columns, got 10");
    assertIgnored(
        whole.replace("\t0.5\t", "\t-0.5\t"),
        "line 5 is damaged: times and ratios are positive, got -0.5");
    assertIgnored(
        whole.replace("\t0.5\t", "\tNaN\t"),
        "line 5 is damaged: times and ratios are positive, got NaN");
    assertThat(whole.replace("2026", "year")).isNotEqualTo(whole);
    Files.writeString(file.path(), whole.replace("2026", "year"));
    assertThat(file.read().ignored().orElseThrow()).startsWith("line 5 is damaged");
  }

  private void assertIgnored(String text, String why) throws IOException {
    Files.writeString(file.path(), text);
    assertThat(file.read()).isEqualTo(CostFile.Content.ignored(why));
  }

  @Test
  void bytesThatAreNoTextAreIgnored() throws IOException {
    Files.createDirectories(file.path().getParent());
    Files.write(file.path(), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

    assertThat(file.read().costs()).isEmpty();
    assertThat(file.read().ignored()).isPresent();
  }

  @Test
  void whereNothingCanBeWrittenSaysSo() throws IOException {
    Files.writeString(folder.resolve("kernels"), "a file where the folder should be");

    assertThat(file.add(List.of(cost("MatMul", .5)))).isPresent();
  }

  @Test
  void twoWritersAtOnceLeaveAWholeFile() throws Exception {
    List<Callable<Object>> writers = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      String name = "Op" + writer + "x";
      writers.add(
          () -> {
            IntStream.range(0, 50)
                .forEach(i -> assertThat(file.add(List.of(cost(name + i, 1)))).isEmpty());
            return name;
          });
    }
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      for (var done : both.invokeAll(writers)) {
        done.get();
      }
    }

    assertThat(file.read().ignored()).isEmpty();
    assertThat(file.read().costs()).hasSizeBetween(1, 100).doesNotHaveDuplicates();
    try (Stream<Path> left = Files.list(file.path().getParent())) {
      assertThat(left).containsExactly(file.path());
    }
  }
}
