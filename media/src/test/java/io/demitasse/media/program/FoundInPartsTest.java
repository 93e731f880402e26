package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.own.FindWeights;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.source.Companions;
import io.demitasse.stored.StoredTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pass finds out for the parts of a bundle. */
final class FoundInPartsTest {
  private static final Recipe STEPS =
      Recipes.parse(
          """
          demitasse: 1
          resolved: true
          steps:
          - pass: find-weights
          """,
          "the test's recipe");

  @TempDir private Path folder;

  @Test
  void eachPartHasItsOwnAndTheyLieBesideTheOneRecipe() throws IOException {
    Path original = SmallTowers.in(folder.resolve("original"));
    Files.writeString(
        original.resolve(Manifest.FILE), Manifests.text(Demitasse.folder(original).describe()));
    Path data = SmallTowers.data(folder.resolve("data"), 4);
    FindWeights.SEARCHES.set(0);

    Path one = write(original, data, STEPS, "one");
    Recipe written = Recipes.read(one.resolve("recipe.yaml"));
    Path two = write(original, data, written, "two");

    assertThat(FindWeights.SEARCHES).as("once for each part").hasValue(2);
    assertThat(written.steps().getFirst().resolution().found())
        .containsOnlyKeys("vision:weights", "text:weights");
    assertThat(stored(one)).hasSize(2).isEqualTo(stored(two));
    for (String file : List.of("vision_model.onnx", "text_model.onnx", "recipe.yaml")) {
      assertThat(Files.mismatch(one.resolve(file), two.resolve(file))).as(file).isEqualTo(-1);
    }
    Companions beside = Companions.of(one, Manifests.read(one), Set.of());
    assertThat(beside.copied().toString() + beside.leftOut()).doesNotContain(".tensors");
  }

  private Path write(Path original, Path data, Recipe steps, String name) {
    Demitasse job =
        Demitasse.open(original)
            .data(data)
            .recipe(steps)
            .effort(new PairedTiming.Effort(3, 3, 1))
            .threads(1);
    try (Compressed small = job.compress()) {
      small.writeTo(folder.resolve(name));
    }
    return folder.resolve(name);
  }

  private static List<String> stored(Path folder) {
    return Stream.of(folder.toFile().list()).filter(StoredTensors::isName).sorted().toList();
  }
}
