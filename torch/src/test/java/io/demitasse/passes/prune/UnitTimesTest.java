package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Verifier;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.PairsLearned;
import io.demitasse.pipeline.StepResult;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.prune.GroupExcerpt;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Units go to numbers of them that were measured. */
final class UnitTimesTest extends PairsLearned {

  private static Model network() {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[N,2]) -> (p: float[N,2]) {
          w = float[2,64] ~ 1
          b = float[64] ~ 2
          v = float[64,40] ~ 3
          u = float[40,2] ~ 4
          h = MatMul(x, w)
          c = Add(h, b)
          r = Tanh(c)
          i = MatMul(r, v)
          t = Relu(i)
          p = MatMul(t, u)
        }
        """);
  }

  private final Model model = network();
  private final DependencyGraph graph = DependencyGraph.of(model);
  private final ChannelGroup group = graph.groups().getFirst();
  private final List<Model> run = new ArrayList<>();

  private GroupExcerpt excerpt() {
    return GroupExcerpt.of(
            model, graph, group, ShapeInference.infer(model, Map.of("x", new long[] {3, 2})))
        .orElseThrow();
  }

  /** A kernel that works on 16 units at a time takes as long for 40 as for 48. */
  private double[] bySixteen(List<Model> models) {
    run.addAll(models);
    return models.stream()
        .mapToDouble(each -> Math.ceilDiv(sizes(each, "w")[1], 16) / 2.)
        .toArray();
  }

  private static long[] sizes(Model model, String name) {
    return model.graph().find(name).constant().orElseThrow().sizes();
  }

  @Test
  void anExcerptIsWhatUnitsGoThroughWithoutSomeOfThem() {
    Model small = excerpt().without(1, 5, 60);

    assertThat(Verifier.problems(small)).isEmpty();
    assertThat(small.graph().nodes()).hasSize(4);
    assertThat(sizes(small, "w")).containsExactly(2, 61);
    assertThat(sizes(small, "b")).containsExactly(61);
    assertThat(sizes(small, "v")).containsExactly(61, 40);
    assertThat(sizes(model, "w")).containsExactly(2, 64);
  }

  @Test
  void timeIsMeasuredAtEvenNumbersOfUnits() {
    UnitTimes times = new UnitTimes(this::bySixteen, 1);

    times.measure(group, excerpt(), IntStream.range(0, 50).toArray());

    assertThat(run.stream().map(each -> sizes(each, "w")[1]))
        .containsExactly(64L, 56L, 48L, 40L, 32L, 24L, 16L);
    assertThat(times.next(group, 16)).containsExactly(8, 16, 24, 32);
    assertThat(times.whole(group)).isEqualTo(2);
    assertThat(times.saved(group, 0, 8)).isZero();
    assertThat(times.saved(group, 0, 16)).isCloseTo(.25, within(1e-9));
    assertThat(times.saved(group, 8, 40)).isCloseTo(.75, within(1e-9));
  }

  @Test
  void whatDoesNotRunByItselfStaysUnknown() {
    UnitTimes times =
        new UnitTimes(
            _ -> {
              throw DemitasseException.backendFailed("does not run", null);
            },
            1);

    times.measure(group, excerpt(), 0, 1, 2);

    assertThat(times.knows(group)).isFalse();
  }

  /** The sizes that the reshaping gives are computed from the input. */
  @Test
  void groupsOfWhichSomeWereNotMeasuredAreCutAllTheSame() {
    Model open =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              w = float[2,64] ~ 1
              v = float[64,40] ~ 3
              u = float[40,2] ~ 4
              rest = int64[1] {-1}
              first = int64[1] {0}
              one = int64[1] {1}
              sizes = Shape(x)
              n = Slice(sizes, first, one)
              both = Concat(n, rest) <axis=0>
              h = MatMul(x, w)
              r = Tanh(h)
              i = MatMul(r, v)
              s = Reshape(i, both)
              t = Relu(s)
              p = MatMul(t, u)
            }
            """);
    PruneChannels pass = PassOptions.of(PruneChannels.class, Map.of("ratio", .5, "saving", "time"));

    StepResult result =
        run(open, Step.of(pass, Where.EVERYWHERE), splits(true, 64), new KeptFindings());

    assertThat(result.changedAnything()).isTrue();
  }

  @Test
  void unitsThatSaveTimeStopAtNumbersThatWereMeasured() {
    PruneChannels pass = PassOptions.of(PruneChannels.class, Map.of("ratio", .5, "saving", "time"));

    StepResult result =
        run(model, Step.of(pass, Where.EVERYWHERE), splits(true, 64), new KeptFindings());

    Model small = only(result);
    assertThat(sizes(small, "w")[1] % 8).isZero();
    assertThat(sizes(small, "u")[0] % 5).isZero();
    assertThat(sizes(small, "v")[0] * sizes(small, "v")[1]).isLessThan(64 * 40 / 2 + 300);
  }
}
