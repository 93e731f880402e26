package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.report.Version;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {

  @Test
  void tellsVersionsProcessorMemoryAndWhatTheyMean() {
    Invocation run = Invocation.of("doctor");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains(Version.TEXT, System.getProperty("java.vendor"), "ONNX Runtime 1.")
        .contains("memory", "Processor features", "What that means");
  }

  @Test
  void jsonHoldsTheSame() {
    Invocation run = Invocation.of("doctor", "--json");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("{")
        .contains("\"runtime\" : \"ONNX Runtime", "\"memoryBytes\" : ", "\"features\" : {");
  }
}
