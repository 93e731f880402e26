package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.Kernel;
import io.demitasse.cost.KernelCost;
import io.demitasse.cost.Setting;
import io.demitasse.kernels.Form;
import io.demitasse.kernels.KernelModel;
import io.demitasse.kernels.StandardKernels;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** {@code doctor --kernels} over a cache of its own, in which nearly everything is measured. */
@Isolated("a system property says where the cache is")
final class KernelViewTest {
  private static final String PROPERTY = "demitasse.cache";

  /** Of all kernels. */
  private static final List<KernelCost> COSTS = costs();

  @TempDir Path cache;
  private CostFile file;

  @BeforeEach
  void fill() {
    System.setProperty(PROPERTY, cache.toString());
    file = CostFile.of(Setting.here(Ports.find().runtime().version(), 1));
    assertThat(file.path()).startsWithRaw(cache);
    assertThat(file.add(COSTS.subList(1, COSTS.size()))).isEmpty();
  }

  private static List<KernelCost> costs() {
    List<KernelCost> costs = new ArrayList<>();
    for (KernelModel model : StandardKernels.all()) {
      for (Form form : model.forms()) {
        costs.add(cost(model.kernel(form), form.against()));
      }
    }
    return costs;
  }

  @AfterEach
  void restore() {
    System.clearProperty(PROPERTY);
  }

  private static KernelCost cost(Kernel kernel, String against) {
    return new KernelCost(
        kernel, against, 12.3, 24.6, .45, .5, .55, Instant.parse("2026-01-02T03:04:05Z"));
  }

  @Test
  void whatIsMissingIsMeasuredAndKeptAndAllIsShown() {
    int kept = file.read().costs().size();
    Invocation first = Invocation.of("doctor", "--kernels", "--threads", 1);
    Invocation second = Invocation.of("doctor", "--kernels", "--threads", 1);

    assertThat(first.code()).as("%s", first).isZero();
    assertThat(first.err())
        .contains("To be measured: 1 of " + (kept + 1) + " kernels, with 1 thread;")
        .contains("measuring kernels ...");
    assertThat(file.read().costs()).hasSize(kept + 1);
    assertThat(second.err()).isEmpty();
    assertThat(second.out())
        .contains("ONNX Runtime 1.", "1 thread", "operator", "inputs and weights", "ratio")
        .contains("12.3  float", "24.6   0.50  0.45 to 0.55  2026-01-02")
        .contains("128x384 384x1536", "quantize-dynamic form=standard", "float beside integers")
        .isEqualTo(first.out());
  }

  @Test
  void programsGetJson() {
    file.add(List.of(cost(new Kernel("Own", "1x2", "float", "some-pass"), "float")));

    Invocation run = Invocation.of("doctor", "--kernels", "--json", "--threads", 1);

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("{")
        .contains("\"threads\" : 1", "\"operator\" : \"Own\"", "\"form\" : \"some-pass\"")
        .contains("\"ratioLow\" : 0.45", "\"measured\" : \"2026-01-02T03:04:05Z\"");
  }

  @Test
  void compressWarnsOfADamagedTableAndDoesWithout() throws IOException {
    Path model = SmallEncoder.in(cache.resolve("model"));
    Path recipe = cache.resolve("recipe.yaml");
    Files.writeString(recipe, "demitasse: 1\nsteps:\n  - pass: fuse-gelu\n");
    Files.writeString(file.path(), "damaged");

    Invocation run =
        Invocation.of(
            "compress",
            model,
            "-o",
            cache.resolve("small.onnx"),
            "--recipe",
            recipe,
            "--timing",
            1,
            "--threads",
            1);

    assertThat(run.code()).as("%s", run).isZero();
    assertThat(run.err())
        .contains(
            "warning: the costs of kernels in " + file.path() + " are not used: it is of another");
    assertThat(file.path()).hasContent("damaged");
  }

  @Test
  void measuringAgainIsOfKernelsOnly() {
    Invocation run = Invocation.of("doctor", "--again");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--again measures kernels again");
  }
}
