package io.demitasse.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Recipes that come with Demitasse, each a commented file to run or to start from. */
public final class BuiltInRecipes {

  /** Their names, the mildest first. */
  public static final List<String> NAMES =
      List.of("exact", "weights-only", "int8-dynamic", "int8-static", "portable");

  private BuiltInRecipes() {}

  /**
   * The text of a recipe with its comments.
   *
   * @param name one of {@link #NAMES}
   */
  public static String text(String name) {
    try (InputStream in = BuiltInRecipes.class.getResourceAsStream(name + ".yaml")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a recipe is for: the first line of its text.
   *
   * @param name one of {@link #NAMES}
   */
  public static String purpose(String name) {
    return text(name).lines().findFirst().orElseThrow().substring("# ".length());
  }
}
