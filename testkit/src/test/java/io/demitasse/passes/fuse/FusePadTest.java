package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.testkit.PassRun;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusePadTest {
  private static final String FRAME =
      """
      ir 10, opset OPSET
      graph g(x: float[2,4,6,7], v: float[], n: int64[8]) -> (y: float[...]) {
        w = float[5,4,3,3] ~ 1
        b = float[5] ~ 2
        deep = float[4,1,3,2] ~ 3
        shape = int64[8] {0, 0, 0, 1, 0, 0, 2, 0}
        negative = int64[8] {0, 0, 0, 1, 0, 0, -2, 0}
        channels = int64[8] {0, 1, 0, 1, 0, 0, 2, 0}
        short = int64[4] {0, 1, 2, 0}
        axes = int64[2] {2, -1}
        zero = float[] {0}
        one = float[] {1}
        BODY
      }
      """;

  private static String text(int opset, String body) {
    return FRAME
        .replace("OPSET", Integer.toString(opset))
        .replace("BODY", body.replace("  ", "\n"));
  }

  private static PassRun run(int opset, String body) {
    return PassRun.of(new FusePad(), text(opset, body));
  }

  private static List<String> types(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  @Test
  void aConvolutionPadsByItself() {
    PassRun.of(
            new FusePad(),
            """
            ir 8, opset 11
            graph g(x: float[1,1,3,4]) -> (y: float[...]) {
              w = float[1,1,2,2] {1, 2, 3, 4}
              pads = int64[8] {0, 0, 0, 1, 0, 0, 1, 2}
              p = Pad(x, pads)
              y = Conv(p, w) <pads=[1, 0, 0, 1]> # conv
            }
            """)
        .gives(
            """
            ir 8, opset 11
            graph g(x: float[1,1,3,4]) -> (y: float[...]) {
              w = float[1,1,2,2] {1, 2, 3, 4}
              y = Conv(x, w) <pads=[1, 1, 1, 3]> # conv
            }
            """)
        .computesTheSame(1e-6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "9  | Pad(x) <pads=[0, 0, 3, 0, 0, 0, 0, 4]>  | Conv(p, w, b) <strides=[2, 1]>",
        "9  | Pad(x) <pads=[0, 0, 1, 0, 0, 0, 0, 1], mode=\"constant\", value=0.0> | Conv(p, w)",
        "11 | Pad(x, shape)                           | Conv(p, w) <dilations=[2, 2]>",
        "11 | Pad(x, shape, zero)                     | Conv(p, deep) <group=4,"
            + " auto_pad=\"VALID\">",
        "13 | Pad(x, shape, _)                        | Conv(p, w) <auto_pad=\"NOTSET\">",
        "18 | Pad(x, short, _, axes)                  | Conv(p, w) <kernel_shape=[3, 3]>",
        "18 | Pad(x, short, zero, axes)               | AveragePool(p) <kernel_shape=[3, 3]>",
        "11 | Pad(x, shape) | AveragePool(p) <kernel_shape=[4, 4], count_include_pad=1, pads=[1, 0,"
            + " 1, 0]>",
      })
  void everySpellingIsFound(int opset, String pad, String reader) {
    PassRun run = run(opset, "p = " + pad + "  y = " + reader).computesTheSame(1e-6);
    assertThat(types(run)).containsExactly(reader.replaceAll("\\(.*", ""));
    assertThat(run.changes())
        .singleElement()
        .matches(change -> change.text().equals("absorbed the zeros around its input"));
  }

  @Test
  void severalReadersAllPadByThemselves() {
    String readers = "c = Conv(p, w)  d = Conv(p, w) <pads=[0, 1, 0, 1], strides=[1, 2]>";
    PassRun run =
        run(13, "p = Pad(x, shape)  " + readers + "  s = ReduceMean(d)  y = Add(c, s)")
            .computesTheSame(1e-6);
    assertThat(types(run)).containsExactly("Conv", "Conv", "ReduceMean", "Add");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "Pad(x, shape) <mode=\"reflect\"> | Conv(p, w) | it pads by reflect",
        "Pad(x, shape, one) | Conv(p, w) | it does not pad with zeros",
        "Pad(x, shape, v) | Conv(p, w) | it does not pad with zeros",
        "Pad(x, n) | Conv(p, w) | its pads are not constant",
        "Pad(x, negative) | Conv(p, w) | it takes something away",
        "Pad(x, channels) | Conv(p, w) | it pads the batch or the channels",
        "Pad(x, short) | Conv(p, w) | its pads do not fit what reads it",
        "Pad(x, shape) | Conv(p, w) <auto_pad=\"SAME_UPPER\"> | Conv -> 'y' computes its padding"
            + " from the size of its input",
        "Pad(x, shape) | MaxPool(p) <kernel_shape=[2, 2]> | MaxPool -> 'y' cannot put zeros around"
            + " its input",
        "Pad(x, shape) | AveragePool(p) <kernel_shape=[3, 3], pads=[1, 1, 1, 1]> | AveragePool ->"
            + " 'y' does not count what it pads",
        "Pad(x, shape) | AveragePool(p) <kernel_shape=[3, 3], ceil_mode=1> | AveragePool -> 'y'"
            + " does not count what it pads",
        "Pad(x, shape) | AveragePool(p) <kernel_shape=[2, 2]> | AveragePool -> 'y' would pad more"
            + " than its kernel is wide",
        "Pad(x, shape)  z = Conv(p, w) | Relu(p) | Relu -> 'y' cannot put zeros around its input",
      })
  void whatDoesNotFitIsLeftAlone(String pad, String reader, String reason) {
    run(13, "p = " + pad + "  y = " + reader).refuses(reason);
  }

  @Test
  void whatIsGivenOutOrNotSelectedStays() {
    String text = text(13, "p = Pad(x, shape)  y = Conv(p, w)");
    PassRun.of(new FusePad(), text.replace("(y: float[...])", "(y: float[...], p: float[...])"))
        .refuses("'p' is a graph output");
    Where where = new Where(List.of(), List.of(), List.of(), List.of("Conv"), List.of());
    PassRun.of(new FusePad(), TextGraph.parse(text), where, Statistics.NONE)
        .refuses("the step does not select Conv -> 'y'");
  }

  @Test
  void aPaddingForSomethingElseIsNotEvenReported() {
    assertThat(run(13, "p = Pad(x, shape)  y = Relu(p)").leavesAlone().changes()).isEmpty();
  }
}
