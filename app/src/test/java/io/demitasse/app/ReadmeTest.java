package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what runs. */
final class ReadmeTest {
  private static final String BEGIN = "demitasse: 1\n";
  private static final Path README = Path.of("..", "README.md");

  @TempDir private Path folder;

  @Test
  void itsRecipeMakesATextEncoderSmall() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path small = folder.resolve("small.onnx");

    Invocation run =
        Invocation.of(
            "compress",
            model,
            "-o",
            small,
            "--recipe",
            Files.writeString(folder.resolve("readme.yaml"), recipe()),
            "--budget",
            "latency<=1000%, drop<=50%",
            "--data",
            SmallEncoder.texts(folder, 10),
            "--timing",
            1);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(Files.size(small)).isLessThan(Files.size(model) / 3);
  }

  @Test
  void allItsRecipesAreRecipes() throws IOException {
    assertThat(recipes()).hasSizeGreaterThan(1);
    for (String recipe : recipes()) {
      assertThat(Recipes.parse(recipe, "README.md").steps()).isNotEmpty();
    }
  }

  /** The one that makes a model smaller by itself. */
  private static String recipe() throws IOException {
    return recipes().stream().filter(text -> text.contains("quantize-")).findFirst().orElseThrow();
  }

  /** The blocks that begin as a recipe does. */
  private static List<String> recipes() throws IOException {
    List<String> recipes = new ArrayList<>();
    String text = Files.readString(README);
    int start = text.indexOf(BEGIN);
    while (start >= 0) {
      recipes.add(text.substring(start, text.indexOf("```", start)));
      start = text.indexOf(BEGIN, start + 1);
    }
    return recipes;
  }
}
