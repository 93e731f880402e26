package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.app.console.Console;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names in models reach the terminal as text, whatever is in them. */
final class HostileNamesTest {
  private static final String NAME = "\033[2J\nexit 0\u202egnp";

  @TempDir private Path folder;

  private Path model(String name, String operator) {
    String quoted = "\"" + name.replace("\033", "\\u001b").replace("\n", "\\n") + "\"";
    Path file = folder.resolve("m.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                "opset 17, my.domain 1 graph g(%s: float[2,2]) -> (y: float[2,2]) { w = float[2,2] ~ 1 t = MatMul(%s, w) # %s\n y = %s(t) # %s\n }"
                    .formatted(quoted, quoted, quoted, operator, "b" + "c".repeat(9))),
            file,
            WriteOptions.DEFAULT);
    return file;
  }

  @Test
  void inspectShowsThemSpelledOut() {
    Invocation run = Invocation.of("inspect", model(NAME, "Relu"));

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("\\u001b[2J\\nexit 0\\u202egnp")
        .doesNotContain("\033", "\u202e", "\nexit 0");
  }

  @Test
  void thePageShowsThemAsText() throws IOException {
    Path small = folder.resolve("small.onnx");
    String name = "<script>alert(1)</script>\"><img src=x onerror=y>\nreal\u202egnp";
    String inJson = name.replace("\"", "\\\"");

    Invocation run = Invocation.of("compress", model(inJson, "Relu"), "-o", small, "--timing", 1);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out() + run.err()).doesNotContain("\u202e", "\nreal");
    assertThat(folder.resolve("small.report.html"))
        .content()
        .doesNotContain("<script>alert", "<img src=x", "\u202e");
  }

  @Test
  void jsonKeepsThemAsData() {
    Invocation run = Invocation.of("inspect", model(NAME, "Relu"), "--json");

    assertThat(run.out()).contains("\\u001B[2J\\nexit 0\\u202egnp").doesNotContain("\u202e");
  }

  @Test
  void veryLongOnesLoseTheirMiddle() {
    Invocation run = Invocation.of("inspect", model("n".repeat(83_000), "Relu"));

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(1_000));
  }

  @Test
  void anOperatorOfAnUnknownDomainComesWithAdvice() {
    Invocation run =
        Invocation.of("compress", model("x", "my.domain::Foo"), "-o", folder.resolve("small.onnx"));

    assertThat(run.code()).as(run.toString()).isEqualTo(5);
    assertThat(run.err()).contains("no kernel for operator 'Foo' of domain 'my.domain'");
    assertThat(Invocation.of("inspect", folder.resolve("m.onnx")).code()).isZero();
  }

  @Test
  void onlyStylesOfTheConsoleColorIt() {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    Console console = new Console(writer, writer, true, false, StandardCharsets.UTF_8);

    console.print(console.good("yes\033[2J") + " \033[6n\r");

    assertThat(out.toString())
        .isEqualTo("\033[32myes\\u001b[2J\033[0m \\u001b[6n\\u000d" + System.lineSeparator());
  }
}
