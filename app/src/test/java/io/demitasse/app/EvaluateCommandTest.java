package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateCommandTest {
  @TempDir private Path folder;
  private Path model;
  private Path texts;

  @BeforeEach
  void makeModel() throws IOException {
    model = SmallEncoder.in(folder.resolve("model"));
    texts = SmallEncoder.texts(folder, 30);
  }

  @Test
  void aModelAgreesWithItself() {
    Invocation run = Invocation.of("evaluate", model, "--against", model, "--data", texts);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("agreement over 30 samples");
    assertThat(run.out().lines().filter(line -> line.startsWith("  cosine")))
        .singleElement()
        .asString()
        .containsPattern("cosine +1.0000 .* 0.0000 +0.0000 to 0.0000");
  }

  @Test
  void anotherTaskHasOtherMetrics() {
    Invocation run =
        Invocation.of("evaluate", model, "--against", model, "--task", "retrieval", "--json");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("\"metric\" : \"recall@10\"", "\"degradation\" : {");
  }
}
