package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier of numbers and a table of them. */
final class LabeledTableTest {
  @TempDir private Path folder;
  private Path good;
  private Path bad;
  private Path table;

  /** A model that says which number is larger, one that says which is smaller, and 60 rows. */
  @BeforeEach
  void make() throws IOException {
    good = write("good.onnx", "1, 0, 0, 1");
    bad = write("bad.onnx", "0, 1, 1, 0");
    StringBuilder rows = new StringBuilder("a;b;larger;who\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i % 2 == 0 ? "2;1;left;" : "1;2;right;").append(i < 25 ? "ann" : "bob");
      rows.append('\n');
    }
    table = Files.writeString(folder.resolve("rows.csv"), rows);
    Files.writeString(folder.resolve("labels.txt"), "left\nright\n");
  }

  private Path write(String name, String weights) {
    Path file = folder.resolve(name);
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                "ir 8, opset 17\n\ngraph main(x: float[B,2]) -> (logits) {\n  w = float[2,2] {"
                    + weights
                    + "}\n  logits = MatMul(x, w)\n}\n"),
            file,
            ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  private Invocation evaluate(Object... more) {
    Object[] arguments = new Object[8 + more.length];
    System.arraycopy(
        new Object[] {
          "evaluate", bad, "--against", good, "--task", "classification", "--data", table
        },
        0,
        arguments,
        0,
        8);
    System.arraycopy(more, 0, arguments, 8, more.length);
    return Invocation.of(arguments);
  }

  @Test
  void columnsAndGroupsAreSaidOnTheCommandLine() {
    Invocation run = evaluate("--fields", "label=larger", "--groups", "who");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString())
        .contains("columns: label = larger; x = a, b")
        .contains("the labels name classes in labels.txt")
        .containsPattern("top1 +1\\.0000 .*0\\.0000 .*1\\.0000")
        .containsPattern("top1\\[who=ann\\] +1\\.0000")
        .contains("top1[who=bob]", "recall[label=left]");
  }

  @Test
  void whatIsWrongWithFieldsAndGroupsIsToldBeforeAnythingRuns() {
    assertThat(evaluate("--fields", "label=largest").toString())
        .contains("has no column 'largest' for label; it has a, b, larger, who");
    assertThat(evaluate().toString())
        .contains("60 of 60 samples", "has no label that is one text or number");
    Invocation run = evaluate("--fields", "label=larger", "--groups", "whom");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.toString()).contains("in a field 'whom'").contains("who");
  }
}
