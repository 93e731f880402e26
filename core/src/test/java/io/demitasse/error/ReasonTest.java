package io.demitasse.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("/a"), "there is no such file"),
        Arguments.of(new AccessDeniedException("/a"), "permission denied"),
        Arguments.of(new MalformedInputException(1), "it is not UTF-8 text"),
        Arguments.of(new UncheckedIOException(new IOException("disk full")), "disk full"),
        Arguments.of(new FileSystemException("/a", null, "No space left"), "No space left"),
        Arguments.of(new IOException(), "no reason is known"),
        Arguments.of(DemitasseException.badRequest("is wrong"), "is wrong"),
        Arguments.of(
            new IOException("java.util.zip.ZipException: invalid header"), "invalid header"),
        Arguments.of(
            new IOException(
                "Cannot deserialize value of type `java.util.Map<java.lang.String>` from Array"),
            "it is not of the expected form"),
        Arguments.of(
            new IOException(
                "Unexpected end-of-input: expected close marker for Object (start marker at"
                    + " [Source: REDACTED (`StreamReadFeature.X` disabled); line: 1, column: 1])"
                    + "\n at [Source: (File); line: 1]"),
            "Unexpected end-of-input: expected close marker for Object"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isToldInPlainWords(Throwable failure, String told) {
    assertThat(Reason.of(failure)).isEqualTo(told);
  }
}
