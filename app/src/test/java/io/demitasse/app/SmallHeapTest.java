package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import io.demitasse.port.Ports;
import io.demitasse.testkit.LargeModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models, and what they give for all samples together, are larger than the heap. */
final class SmallHeapTest {
  private static final LargeModel MODEL = new LargeModel(60_000, 256, 1);
  private static final int HEAP_MEGABYTES = 48;

  @TempDir private Path folder;

  @Test
  void weightsAndOutputsPassThroughAHeapThatIsSmallerThanOneTensor()
      throws IOException, InterruptedException {
    assertThat(4L * 60_000 * 256).isGreaterThan(HEAP_MEGABYTES << 20);
    Path model = folder.resolve("large.onnx");
    Ports.find().format().write(MODEL.model(), model, new WriteOptions(ExternalData.ALWAYS, 1));
    Path out = folder.resolve("small");

    Child child =
        Child.start(
            folder,
            List.of(),
            List.of("-Xmx" + HEAP_MEGABYTES + "m"),
            "compress",
            model,
            "-o",
            out,
            "--timing",
            "1");

    assertThat(child.end()).as(child.said()).isZero();
    assertThat(Files.size(out.resolve("model.onnx"))).isLessThan(MODEL.bytes() * 3 / 4);
  }
}
