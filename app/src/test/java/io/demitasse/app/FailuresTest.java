package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailuresTest {
  private final StringWriter err = new StringWriter();
  private final Console console =
      Console.plain(new PrintWriter(new StringWriter()), new PrintWriter(err));

  @ParameterizedTest
  @CsvSource({"BAD_REQUEST,2", "BAD_MODEL,3", "PASS_FAILED,4", "BACKEND_FAILED,5"})
  void eachKindHasItsExitCodeAndItsMessageAlone(DemitasseException.Kind kind, int code) {
    int answered =
        new Failures(console, () -> false)
            .failed(new DemitasseException(kind, "It broke.", new IllegalStateException("inner")));

    assertThat(answered).isEqualTo(code);
    assertThat(err).hasToString("demitasse: It broke.\n");
  }

  @Test
  void theUnexpectedIsOurBug() {
    int answered = new Failures(console, () -> false).failed(new IllegalStateException("no plan"));

    assertThat(answered).isEqualTo(4);
    assertThat(err.toString())
        .isEqualTo(
            "demitasse: this is a bug in Demitasse: java.lang.IllegalStateException: no plan."
                + " Please report it, with what --verbose prints.\n");
  }

  @Test
  void memoryThatIsNotEnoughIsNoBugAlsoWhereItIsWrapped() {
    int answered =
        new Failures(console, () -> false)
            .failed(new IllegalStateException(new OutOfMemoryError("Java heap space")));

    assertThat(answered).isEqualTo(5);
    assertThat(err.toString()).contains("the memory is not enough", "-Xmx").hasLineCount(1);
  }

  @Test
  void aLibraryThatCannotBeLoadedPointsToTheDoctor() {
    int answered =
        new Failures(console, () -> false).failed(new UnsatisfiedLinkError("no onnxruntime"));

    assertThat(answered).isEqualTo(5);
    assertThat(err.toString()).contains("no onnxruntime", "demitasse doctor");
  }

  @Test
  void aLibraryOfWhichAPartIsMissingIsToldWithoutTheNamesOfItsClasses() {
    for (LinkageError failure :
        new LinkageError[] {
          new NoClassDefFoundError("ai/onnxruntime/OrtEnvironment"),
          new NoClassDefFoundError("Could not initialize class ai.onnxruntime.OrtEnvironment"),
          new ExceptionInInitializerError(new IllegalStateException("inner"))
        }) {
      assertThat(new Failures(console, () -> false).failed(failure)).isEqualTo(5);
    }

    assertThat(err.toString())
        .contains("a part of it is missing")
        .doesNotContain("OrtEnvironment", "null", "Exception");
  }

  @Test
  void verboseShowsTheStackTrace() {
    new Failures(console, () -> true).failed(DemitasseException.badRequest("It broke."));

    assertThat(err.toString()).contains("\tat io.demitasse.app.FailuresTest");
  }
}
