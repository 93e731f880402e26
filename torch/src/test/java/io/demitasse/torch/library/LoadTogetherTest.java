package io.demitasse.torch.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.JavaCommand;
import io.demitasse.testkit.Slow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are the first to load libtorch, at the same moment. */
final class LoadTogetherTest {
  @TempDir private Path folder;

  @Test
  @Slow("extracts half a gigabyte and loads it three times, ten seconds")
  void noneLoadsWhatAnotherIsStillExtracting() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new JavaCommand(
                  LoadsLibtorch.class,
                  List.of("-Xmx256m", "-Dorg.bytedeco.javacpp.cachedir=" + folder))
              .with(List.of())
              .redirectErrorStream(true)
              .start());
    }

    for (Process process : processes) {
      String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(told).isZero();
      assertThat(told).contains("sum 3.0");
    }
  }
}
