package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import io.demitasse.kernels.LayerTime;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is tried of cuts by workers that measure what the script says. */
final class ReductionSearchTest {
  private static final String TRAINED = "distill";

  private final List<String> tried = new ArrayList<>();

  /** The share of work that keeps the limits, and how much of what is removed saves anything. */
  private double allowed = 1;

  private double saving = 1;

  /** Lost by each share of the work that goes, and what of that is left after training. */
  private double loss = 0;

  private double unrecovered = .1;

  @Test
  void cutsThatCannotBeDeepEnoughAreNotTried() {
    Round round = round(.65);

    assertThat(tried).containsExactly("0.4");
    assertThat(round.winner()).isPresent();
  }

  @Test
  void trainingIsSpentOnTheLightestCutThatKeepsTheLimits() {
    allowed = .45;
    loss = .1;

    Round round = round(.45);

    assertThat(tried).containsExactly("0.6", "0.6 distill");
    assertThat(round.winner().map(winner -> winner.candidate().title()))
        .hasValue("prune-channels by 60 %, distill, quantize-dynamic");
    assertThat(round.missed()).isEmpty();
  }

  /** Half of the work is not that of units, so cuts save half of what they promise. */
  @Test
  void howDeepToGoIsToldByWhatTheLastCutSaved() {
    allowed = .8;
    saving = .5;

    assertThat(round(.8).winner()).isPresent();
    assertThat(tried).containsExactly("0.2", "0.4");
  }

  @Test
  void littleThatWasSavedDoesNotLeadFar() {
    allowed = .9;
    saving = .2;

    assertThat(round(.9).winner()).isPresent();
    assertThat(tried).containsExactly("0.2", "0.4", "0.5");
  }

  @Test
  void whatIsRightUntrainedIsNotTrained() {
    loss = .01;

    assertThat(round(.8).winner()).isPresent();
    assertThat(tried).containsExactly("0.2");
  }

  @Test
  void deeperCutsAreNotTriedWhereTrainingDoesNotHelp() {
    loss = .5;
    unrecovered = .9;

    assertThat(round(.8).winner()).isEmpty();
    assertThat(tried).containsExactly("0.2", "0.2 distill");
  }

  @Test
  void whereNoneCanBeDeepEnoughTheDeepestIsTried() {
    round(.05);

    assertThat(tried).containsExactly("0.8");
  }

  private Round round(double share) {
    List<Reduction.Cut> cuts =
        Stream.of(".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8")
            .map(
                ratio ->
                    new Reduction.Cut(
                        1 - Double.parseDouble(ratio),
                        step("prune-channels", Map.of("ratio", "0" + ratio))))
            .toList();
    Reduction reduction =
        new Reduction(
            Bundle.SINGLE,
            cuts,
            List.of(step(TRAINED, Map.of())),
            List.of(step("quantize-dynamic", Map.of())));
    return new ReductionSearch(reduction, new Scripted()).round(1 / share);
  }

  private static Step step(String name, Map<String, String> options) {
    return Step.of(PassOptions.of(Catalogue.find(name).orElseThrow(), options), Where.EVERYWHERE);
  }

  private final class Scripted implements Workers {
    private final SearchNode node =
        new SearchNode(
            0,
            new Key("0"),
            Bundle.of(TextGraph.parse("ir 8, opset 17\ngraph g(x: float[2]) -> (x) {}")),
            new BundleFiles(Map.of()),
            List.of(),
            Map.of());

    @Override
    public Optional<Attempt> measure(Choice choice, Option option) {
      String ratio =
          PassOptions.text(option.steps().getFirst().pass()).replace("prune-channels ratio=", "");
      boolean trained =
          option.steps().stream()
              .anyMatch(step -> PassOptions.name(step.pass().getClass()).equals(TRAINED));
      tried.add(trained ? ratio + " " + TRAINED : ratio);
      Candidate candidate =
          new Candidate(
              tried.size(),
              0,
              option.title(),
              option.steps(),
              List.of(),
              List.of(),
              Candidate.Measured.NOTHING,
              new Candidate.Decision(false, ""));
      return Optional.of(
          new Attempt(
              candidate,
              option.steps(),
              node,
              rejection(choice, Double.parseDouble(ratio), trained),
              -1));
    }

    private Optional<Rejection> rejection(Choice choice, double ratio, boolean trained) {
      double lost = loss * ratio * (trained ? unrecovered : 1);
      double excess = (1 - saving * ratio) / allowed;
      if (choice.limited() && excess > 1) {
        return Optional.of(new Rejection(Rejection.Kind.OVER_LIMIT, "over", excess));
      }
      return lost > .01
          ? Optional.of(new Rejection(Rejection.Kind.INACCURATE, "lost " + lost))
          : Optional.empty();
    }

    @Override
    public Optional<Attempt> measureTrained(Choice choice, Option option, Attempt timed) {
      assertThat(timed.rejectedFor(Rejection.Kind.INACCURATE)).isTrue();
      return measure(choice, option);
    }

    @Override
    public SearchNode original() {
      return node;
    }

    @Override
    public SearchNode parent() {
      return node;
    }

    @Override
    public List<Layer> layers(Choice choice, Attempt attempt) {
      return List.of();
    }

    @Override
    public List<LayerTime> times(Choice choice, Attempt attempt) {
      return List.of();
    }
  }
}
