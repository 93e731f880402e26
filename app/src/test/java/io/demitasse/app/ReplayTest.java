package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.sensitivity.LayerError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A resolved recipe repeats its result byte for byte, through the facade, on the model of the demo;
 * and what the report tells of its layers.
 */
final class ReplayTest {
  /** Times are not what this is about. */
  private static final PairedTiming.Effort SHORT = new PairedTiming.Effort(3, 3, 1);

  @TempDir Path folder;

  private static final String RECIPE =
      """
      demitasse: 1
      resolved: true
      seed: 7
      steps:
      - pass: hoist-constants
      - pass: fold-constants
      - pass: remove-dead-nodes
      - pass: upgrade-opset
        options: {target: 17}
      - pass: fuse-layer-norm
      - pass: fuse-skip-layer-norm
      - pass: fuse-gelu
      - pass: quantize-dynamic
      """;

  @Test
  void givesTheSameBytesAtOneAndTwoThreads() throws IOException {
    Path model = resource("/all-minilm-l6-v2.onnx", "model.onnx");
    resource("/all-minilm-l6-v2-tokenizer.json", "tokenizer.json");
    Files.writeString(folder.resolve("texts.txt"), "a cup of coffee\nhalf a cup of coffee\n");

    Recipe given = Recipes.parse(RECIPE, "the test's recipe");
    List<LayerError> errors = new ArrayList<>();
    Path one = replay(model, given, 1, "one", errors);
    Recipe written = Recipes.read(one.resolveSibling("recipe.yaml"));
    List<LayerError> again = new ArrayList<>();
    Path two = replay(model, written, 2, "two", again);

    assertThat(written.resolved()).isTrue();
    assertThat(Files.size(one)).isLessThan(Files.size(model) / 3);
    assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    assertThat(Recipes.read(two.resolveSibling("recipe.yaml"))).isEqualTo(written);
    assertThat(errors)
        .as("36 products and 2 tables")
        .hasSize(38)
        .allSatisfy(layer -> assertThat(layer.error()).isBetween(1e-6, .1))
        .isEqualTo(again);
  }

  private Path replay(
      Path model, Recipe recipe, int threads, String name, List<LayerError> errors) {
    try (Compressed small =
        Demitasse.open(model)
            .data(folder.resolve("texts.txt"))
            .recipe(recipe)
            .threads(threads)
            .effort(SHORT)
            .compress()) {
      errors.addAll(small.report().parts().getFirst().layerErrors().inResult());
      return small.writeTo(folder.resolve(name)).model();
    }
  }

  private Path resource(String name, String file) throws IOException {
    Path place = folder.resolve(file);
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name), name)) {
      Files.copy(in, place);
    }
    return place;
  }
}
