package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExtractCommandTest {
  @TempDir private Path folder;
  private Path model;
  private Path part;

  @BeforeEach
  void makeModel() {
    model = folder.resolve("model.onnx");
    part = folder.resolve("part.onnx");
    assertThat(Invocation.of("new", "cnn28", "-o", model).code()).isZero();
  }

  private String innerValue() {
    return Ports.find().format().read(model).graph().nodes().get(1).output().name();
  }

  @Test
  void aValueInsideBecomesTheOnlyOutput() {
    Invocation run = Invocation.of("extract", model, innerValue() + "=features", "-o", part);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.err()).contains("part.onnx", "features", "2 of ", "demitasse compress");
    assertThat(Ports.find().format().read(part).graph().outputs())
        .singleElement()
        .matches(output -> output.name().equals("features"));
    assertThat(Files.exists(model)).isTrue();
  }

  @Test
  void anUnknownNameOffersTheNearestAndWritesNothing() {
    Invocation run = Invocation.of("extract", model, "logit", "-o", part);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no value 'logit'", "did you mean 'logits'?");
    assertThat(part).doesNotExist();
  }

  @Test
  void withoutValuesTheOutputsAreTold() {
    Invocation run = Invocation.of("extract", model);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("VALUE -o OUT", "logits: float[batch,10]");
  }

  @Test
  void aValueNamedTwiceIsRefused() {
    Invocation run = Invocation.of("extract", model, "logits=a", "logits=b", "-o", part);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("'logits' is named twice");
  }

  @Test
  void whatExistsIsNotReplaced() throws IOException {
    Files.writeString(part, "mine");

    Invocation run = Invocation.of("extract", model, "logits", "-o", part);

    assertThat(run.code()).isEqualTo(2);
    assertThat(part).hasContent("mine");
  }
}
