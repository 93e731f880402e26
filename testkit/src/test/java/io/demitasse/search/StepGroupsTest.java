package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class StepGroupsTest {
  @Test
  void whatIsTrainedBackGoesWithItsTraining() {
    assertThat(groups("prune-channels", "distill", "prune-channels", "distill"))
        .containsExactly("prune-channels distill", "prune-channels distill");
    assertThat(groups("prune-channels", "quantize-static", "train-quantized", "distill"))
        .containsExactly("prune-channels quantize-static train-quantized distill");
  }

  @Test
  void everythingElseIsByItself() {
    assertThat(groups("fine-tune", "fuse-gelu", "quantize-static", "quantize-weights"))
        .containsExactly("fine-tune", "fuse-gelu", "quantize-static", "quantize-weights");
    assertThat(groups("prune-channels", "fuse-gelu", "distill"))
        .containsExactly("prune-channels", "fuse-gelu", "distill");
    assertThat(groups()).isEmpty();
  }

  private static List<String> groups(String... passes) {
    List<Step> steps =
        Stream.of(passes)
            .map(
                name ->
                    Step.of(
                        PassOptions.of(Catalogue.find(name).orElseThrow(), Map.of()),
                        Where.EVERYWHERE))
            .toList();
    return StepGroups.of(steps).stream()
        .map(
            group ->
                group.stream()
                    .map(step -> PassOptions.name(step.pass().getClass()))
                    .collect(Collectors.joining(" ")))
        .toList();
  }
}
