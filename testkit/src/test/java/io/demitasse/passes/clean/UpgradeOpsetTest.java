package io.demitasse.passes.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.testkit.PassRun;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeOpsetTest {
  private static final UpgradeOpset UPGRADE = new UpgradeOpset(21);
  private static final String FRAME =
      """
      ir 4, opset %d
      graph g(x: float[2,3,4,6]) -> (y: float[...]) {
        scales = float[4] {1, 1, 2, 2.5}
        smaller = float[4] {1, 1, 0.5, 0.34}
        none = float[0] {}
        ids = int64[2,1,1,6] {0, 1, 2, 0, 1, 2, 0, 0, 0, 2, 2, 2}
        updates = float[2,1,1,6] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
        one3 = float[3] {1, 2, 3}
        two = float[2] {1, 2}
        w = float[4,3,3,3] ~ 1
        a = Sigmoid(x)
        %s
        y = Identity(b)
      }
      """;

  /**
   * An operator set, and statements of it that mean something else or are spelled otherwise in a
   * later one.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7  | b = Softmax(a)
          7  | b = Softmax(a) <axis=2>
          7  | b = Softmax(a) <axis=3>
          7  | b = LogSoftmax(a) <axis=0>
          7  | b = Hardmax(a) <axis=2>
          12 | b = Softmax(a) <axis=-2>
          12 | b = Softmax(a) <axis=-1>
          7  | t = Unsqueeze(a) <axes=[0, 3]> b = Squeeze(t) <axes=[0]>
          11 | t = Unsqueeze(a) <axes=[-1]> b = Squeeze(t)
          7  | b = ReduceSum(a) <axes=[1, 2], keepdims=0>
          7  | b = ReduceSum(a)
          7  | b = ReduceMean(a) <axes=[3]>
          13 | b = ReduceMax(a) <axes=[-1]>
          13 | b = ReduceMin(a) <axes=[0], keepdims=0>
          7  | b = ReduceL2(a) <axes=[0, 1]>
          7  | b = ReduceL1(a) <axes=[2]>
          7  | b = ReduceProd(a) <axes=[2]>
          7  | b = ReduceLogSum(a) <axes=[2]>
          7  | b = ReduceLogSumExp(a) <axes=[2]>
          7  | b = ReduceSumSquare(a) <axes=[2]>
          7  | p, q = Split(a) <axis=3, split=[2, 4]> b = Concat(q, p) <axis=3>
          7  | p, q = Split(a) <axis=2> b = Sub(q, p)
          13 | p, q = Split(a) <axis=2> b = Sub(q, p)
          7  | b = Clip(a) <min=0.4, max=0.6>
          7  | b = Clip(a) <max=0.6>
          7  | b = Clip(a) <min=0.6>
          7  | b = Clip(a)
          7  | b = Pad(a) <pads=[0, 0, 1, 2, 0, 0, 0, 1]>
          7  | b = Pad(a) <pads=[0, 0, 1, 2, 0, 0, 0, 1], value=1.5>
          7  | b = Pad(a) <pads=[0, 0, 1, 2, 0, 0, 0, 1], mode="reflect">
          7  | b = Pad(a) <pads=[0, 0, 1, -2, 0, 0, 0, 1], mode="edge">
          7  | b = Slice(a) <starts=[1, -3], ends=[9, -1], axes=[2, 3]>
          7  | b = Slice(a) <starts=[1, 1], ends=[2, 2]>
          7  | b = Upsample(a) <scales=[1.0, 1.0, 2.0, 3.0]>
          7  | b = Upsample(a) <scales=[1.0, 1.0, 2.0, 1.5], mode="linear">
          9  | b = Upsample(a, scales)
          9  | b = Upsample(a, scales) <mode="linear">
          10 | b = Resize(a, scales)
          10 | b = Resize(a, smaller)
          10 | b = Resize(a, smaller) <mode="linear">
          11 | b = Resize(a, none, scales)
          11 | b = Resize(a, none, scales) <mode="cubic", coordinate_transformation_mode="align_corners">
          7  | b = Dropout(a) <ratio=0.3>
          12 | b = Dropout(a)
          7  | b = BatchNormalization(a, one3, one3, one3, one3)
          7  | b = BatchNormalization(a, one3, one3, one3, one3) <spatial=1, momentum=0.8>
          7  | b, m = TopK(a) <k=2>
          10 | k = int64[1] {2} b, m = TopK(a, k) <axis=2>
          9  | b = Scatter(a, ids, updates) <axis=1>
          7  | b = Conv(a, w) <pads=[1, 1, 1, 1]>
          7  | b = AveragePool(a) <kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1>
          10 | b = AveragePool(a) <kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1>
          7  | b = MaxPool(a) <kernel_shape=[2, 2], strides=[2, 2]>
          7  | b = Flatten(a) <axis=2>
          7  | b = HardSigmoid(a)
          7  | t = Cast(a) <to=11> b = Cast(t) <to=1>
          7  | b = Max(a, x)
          8  | s = Shape(a) b = Expand(a, s)
          7  | b = InstanceNormalization(a, one3, one3)
          """)
  void computesTheSame(int opset, String statements) {
    PassRun run = PassRun.of(UPGRADE, FRAME.formatted(opset, statements));
    assertThat(run.after().opset()).isEqualTo(21);
    assertThat(run.after().irVersion()).isEqualTo(10);
    run.computesTheSame(1e-6);
  }

  @Test
  void attributesBecomeInputsAndTheMeaningOfAxesIsKept() {
    PassRun.of(
            UPGRADE,
            """
            ir 6, opset 11
            graph g(x: float[2,3,4]) -> (y: float[2,1,3,4]) {
              a = Softmax(x) <axis=1>
              y = Unsqueeze(a) <axes=[1]>
            }
            """)
        .gives(
            """
            ir 10, opset 21
            graph g(x: float[2,3,4]) -> (y: float[2,1,3,4]) {
              y_axes = int64[1] {1}
              a_shape = Shape(x)
              a_flatten = Flatten(x) <axis=1>
              a_replaced = Softmax(a_flatten) <axis=-1>
              a = Reshape(a_replaced, a_shape) <allowzero=1>
              y = Unsqueeze(a, y_axes)
            }
            """)
        .computesTheSame(1e-6);
  }

  @Test
  void anAxisThatATensorDoesNotHaveIsNoneOfItsSizes() {
    PassRun run =
        PassRun.of(
            UPGRADE,
            """
            ir 6, opset 11
            graph g(x: float[2,3,4]) -> (y: float[2,3,4]) {
              y = Softmax(x) <axis=-2147483648>
            }
            """);

    assertThat(run.text()).contains("<axis=-2147483648>");
  }

  @Test
  void aTargetInBetweenTakesOnlyTheChangesUpToIt() {
    PassRun.of(
            new UpgradeOpset(13),
            """
            ir 6, opset 11
            graph g(x: float[2,4]) -> (y: float[2,1]) {
              a, b = Split(x) <axis=1>
              y = ReduceMean(a) <axes=[1]>
            }
            """)
        .gives(
            """
            ir 7, opset 13
            graph g(x: float[2,4]) -> (y: float[2,1]) {
              a, b = Split(x) <axis=1>
              y = ReduceMean(a) <axes=[1]>
            }
            """);
  }

  @Test
  void regionsKeepTheirCoordinates() {
    PassRun.of(
            UPGRADE,
            """
            ir 5, opset 10
            graph g(x: float[1,2,8,8]) -> (y: float[1,2,2,2]) {
              roi = float[1,4] {0.4, 1, 5, 6.5}
              of = int64[1] {0}
              y = RoiAlign(x, roi, of) <output_height=2, output_width=2>
            }
            """)
        .computesTheSame(1e-6);
  }

  @Test
  void gridsAndGroupsAreSpelledAnew() {
    PassRun.of(
            UPGRADE,
            """
            ir 8, opset 18
            graph g(x: float[1,4,5,5], grid: float[1,3,3,2]) -> (y: float[1,4,3,3]) {
              scale = float[2] {2, 3}
              bias = float[2] {0.5, 1}
              a = GroupNormalization(x, scale, bias) <num_groups=2>
              y = GridSample(a, grid) <mode="bicubic">
            }
            """)
        .computesTheSame(1e-5);
  }

  @Test
  void theAxisOfAFourierTransformBecomesAnInput() {
    PassRun.of(
            UPGRADE,
            """
            ir 8, opset 17
            graph g(x: float[1,8,3,1]) -> (y: float[1,8,3,2]) {
              y = DFT(x)
            }
            """)
        .computesTheSame(1e-5);
  }

  @Test
  void nestedGraphsAndFunctionsAreConverted() {
    PassRun run =
        PassRun.of(
            UPGRADE,
            """
            ir 8, opset 10, my 1
            graph g(c: bool[], x: float[2,4]) -> (y: float[2,1]) {
              t = If(c) <
                then_branch = graph yes() -> (p) { p = ReduceMean(x) <axes=[1]> },
                else_branch = graph no() -> (q) { r = Clip(x) <min=0.5> q = ReduceSum(r) <axes=[1]> }
              >
              y = my::Wide(t)
            }
            function my::Wide(x) -> (y) opset 10 {
              u = Unsqueeze(x) <axes=[0]>
              y = Squeeze(u) <axes=[0]>
            }
            """);
    assertThat(run.after().functions().getFirst().opsets()).containsEntry("", 21L);
    assertThat(run.after().functions().getFirst().body().initializers()).isEmpty();
    run.computesTheSame(0);
  }

  @Test
  void otherDomainsAreLeftAndDoNotBlock() {
    PassRun.of(
            UPGRADE,
            """
            ir 6, opset 11, com.acme 3
            graph g(x: float[2]) -> (y: float[2]) {
              y = com.acme::Softmax(x) <axis=0>
            }
            """)
        .gives(
            """
            ir 10, opset 21, com.acme 3
            graph g(x: float[2]) -> (y: float[2]) {
              y = com.acme::Softmax(x) <axis=0>
            }
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          11 | b = Madmul(a) | its operator is unknown
          7  | b, m = Dropout(a) n = Identity(m) | its mask is read, whose type changed in opset 10
          7  | b = BatchNormalization(a, one3, one3, one3, one3) <spatial=0> | it normalizes each place by itself (spatial = 0)
          9  | b, m, v = BatchNormalization(a, one3, one3, one3, one3) | its further outputs mean that it trains
          10 | k = Sqrt(scales) b = Resize(a, k) | it takes the nearest element at scales that are not known to all enlarge or all shrink
          11 | b = Resize(a, none, scales) <coordinate_transformation_mode="tf_half_pixel_for_nn"> | its coordinates are tf_half_pixel_for_nn, gone since opset 13
          11 | b = AveragePool(a) <kernel_shape=[2, 2], ceil_mode=1, count_include_pad=1> | it counts padding with ceil_mode, which means something else since opset 19
          8  | b = Scan(_, a) <num_scan_inputs=1, body=graph s(i) -> (o) { o = Neg(i) }> | its batch axis has no counterpart since opset 9
          """)
  void whatCannotBeSaidExactlyBlocksTheWholeUpgrade(int opset, String statements, String reason) {
    PassRun.of(UPGRADE, FRAME.formatted(opset, "s = Softmax(a) " + statements))
        .refuses("opset 21 is out of reach: " + reason);
  }

  @Test
  void anUnknownTypeBlocksWhatNeedsIt() {
    PassRun.of(
            UPGRADE,
            """
            ir 6, opset 10, com.acme 3
            graph g(x: float[2]) -> (y: float[2]) {
              a = com.acme::Thing(x)
              y = Clip(a) <min=0.0>
            }
            """)
        .refuses("opset 21 is out of reach: the data type of its input a is not known");
  }

  @Test
  void aParameterOfAFunctionCannotBecomeAnInput() {
    PassRun.of(
            UPGRADE,
            """
            ir 8, opset 11, my 1
            graph g(x: float[2]) -> (y: float[1,2]) {
              y = my::Wide(x) <axes=[0]>
            }
            function my::Wide <axes> (x) -> (y) opset 11 {
              y = Unsqueeze(x) <axes=@axes:7>
            }
            """)
        .refuses("opset 21 is out of reach: its attribute axes is a parameter of its function");
  }

  @Test
  void aNodeThatIsNotSelectedBlocksWhenItWouldChange() {
    Where where = new Where(List.of(), List.of("Relu"), List.of(), List.of(), List.of());
    PassRun.of(
            UPGRADE,
            TextGraph.parse(
                """
                ir 6, opset 11
                graph g(x: float[2]) -> (y: float[1,2]) {
                  a = Relu(x)
                  y = Unsqueeze(a) <axes=[0]>
                }
                """),
            where,
            Statistics.NONE)
        .refuses(
            "opset 21 is out of reach: it would have to change, and the step does not select it");
  }

  @Test
  void anOlderModelThanAnyThatIsKnownIsLeft() {
    PassRun.of(UPGRADE, "ir 3, opset 6 graph g(x: float[2]) -> (y: float[2]) { y = Relu(x) }")
        .refuses("opset 6 is older than 7, the oldest that is known");
  }

  @Test
  void aNewerModelIsLeft() {
    PassRun.of(
            new UpgradeOpset(13),
            "ir 8, opset 17 graph g(x: float[2]) -> (y: float[2]) { y = Relu(x) }")
        .leavesAlone();
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 22})
  void theTargetIsBounded(int target) {
    assertThatThrownBy(() -> new UpgradeOpset(target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("target must be from 7 to 21, got " + target);
  }
}
