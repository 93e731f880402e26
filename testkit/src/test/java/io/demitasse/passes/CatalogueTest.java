package io.demitasse.passes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassInfo.Effect;
import io.demitasse.pass.PassProvider;
import io.demitasse.recipe.Recipes;
import io.demitasse.testkit.Brought;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Passes that others bring stand beside ours, and what is none, or has a name of another, does not.
 */
final class CatalogueTest {
  @TempDir private Path folder;

  /** A pass like ours. */
  @PassInfo(summary = "Do nothing at all", effect = Effect.EXACT)
  public record TakeRest(@Option(doc = "How long", value = "3", unit = "minutes") int minutes)
      implements ModelPass {
    public TakeRest {
      if (minutes < 1) {
        throw new IllegalArgumentException("minutes must be at least 1, got " + minutes);
      }
    }

    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Has the name of one of ours. */
  @PassInfo(summary = "Do nothing", effect = Effect.EXACT)
  public record FoldConstants() implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Has the name that one of ours had. */
  @PassInfo(summary = "Do nothing", effect = Effect.EXACT)
  public record CarryAffine() implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Keeps state and declares nothing. */
  public static final class NoRecord implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Declares no option. */
  @PassInfo(summary = "Do nothing", effect = Effect.EXACT, needs = Runnable.class)
  public record NoOption(int minutes, @Option(doc = "Share", value = "1") float share)
      implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Refuses its own default. */
  @PassInfo(summary = "Do nothing", effect = Effect.EXACT)
  public record NoDefault(@Option(doc = "How long", value = "0") int minutes) implements ModelPass {
    public NoDefault {
      if (minutes < 1) {
        throw new IllegalArgumentException("minutes must be at least 1, got " + minutes);
      }
    }

    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Has a default that is no number. */
  @PassInfo(summary = "Do nothing", effect = Effect.EXACT)
  public record NoNumber(@Option(doc = "How long", value = "long") int minutes)
      implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Brings one class. */
  abstract static class One implements PassProvider {
    private final Class<?> pass;

    One(Class<?> pass) {
      this.pass = pass;
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<Class<? extends Pass>> passes() {
      return List.of((Class<? extends Pass>) pass);
    }
  }

  /** Brings {@link TakeRest}. */
  public static final class Resting extends One {
    public Resting() {
      super(TakeRest.class);
    }
  }

  /** Brings {@link TakeRest} again. */
  public static final class RestingToo extends One {
    public RestingToo() {
      super(TakeRest.class);
    }
  }

  /** Brings {@link FoldConstants}. */
  public static final class Folding extends One {
    public Folding() {
      super(FoldConstants.class);
    }
  }

  /** Brings {@link CarryAffine}. */
  public static final class Carrying extends One {
    public Carrying() {
      super(CarryAffine.class);
    }
  }

  /** Brings {@link NoRecord}. */
  public static final class Stateful extends One {
    public Stateful() {
      super(NoRecord.class);
    }
  }

  /** Brings {@link NoOption}. */
  public static final class Undeclared extends One {
    public Undeclared() {
      super(NoOption.class);
    }
  }

  /** Brings {@link NoDefault}. */
  public static final class Refusing extends One {
    public Refusing() {
      super(NoDefault.class);
    }
  }

  /** Brings {@link NoNumber}. */
  public static final class Numberless extends One {
    public Numberless() {
      super(NoNumber.class);
    }
  }

  /** Brings what is no pass. */
  public static final class Mistaken extends One {
    public Mistaken() {
      super(String.class);
    }
  }

  @Test
  void aPassOfOthersStandsBehindOurs() throws IOException {
    try (Brought _ = new Brought(folder, PassProvider.class, Resting.class.getName())) {
      assertThat(Catalogue.all().values()).containsAll(Catalogue.PASSES);
      assertThat(Catalogue.all()).containsEntry("take-rest", TakeRest.class);
      assertThat(Catalogue.find("take-rest")).contains(TakeRest.class);
      assertThat(Catalogue.isOurs(TakeRest.class)).isFalse();
    }
    assertThat(Catalogue.find("take-rest")).isEmpty();
  }

  @Test
  void aRecipeNamesItAndItsOptionsAsItDoesOurs() throws IOException {
    try (Brought _ = new Brought(folder, PassProvider.class, Resting.class.getName())) {
      var recipe =
          Recipes.parse("demitasse: 1\nsteps:\n- pass: take-rest\n  options: {minutes: 5}", "mine");

      assertThat(recipe.steps().getFirst().pass()).isEqualTo(new TakeRest(5));
      assertThat(Recipes.parse(Recipes.text(recipe), "again")).isEqualTo(recipe);
      assertThatThrownBy(
              () -> Recipes.parse("demitasse: 1\nsteps:\n- pass: take-rst", "misspelled"))
          .hasMessageContaining("there is no pass 'take-rst'; did you mean 'take-rest'?");
      assertThatThrownBy(
              () ->
                  Recipes.parse(
                      "demitasse: 1\nsteps:\n- pass: take-rest\n  options: {minutes: 0}",
                      "out of range"))
          .hasMessageContaining("pass 'take-rest': minutes must be at least 1, got 0");
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            List.of(Folding.class),
            "Two passes on the class path are named 'fold-constants': that of"
                + " io.demitasse.passes.clean.FoldConstants and that of"
                + " io.demitasse.passes.CatalogueTest$FoldConstants. Give one of them another name,"
                + " or take its jar off the class path."),
        Arguments.of(
            List.of(Carrying.class),
            "Two passes on the class path are named 'carry-affine': that of"
                + " io.demitasse.passes.fuse.PushAffineForward and that of"
                + " io.demitasse.passes.CatalogueTest$CarryAffine. Give one of them another name,"
                + " or take its jar off the class path."),
        Arguments.of(
            List.of(Resting.class, RestingToo.class),
            "Two passes on the class path are named 'take-rest': that of"
                + " io.demitasse.passes.CatalogueTest$TakeRest and that of"
                + " io.demitasse.passes.CatalogueTest$TakeRest. Give one of them another name,"
                + " or take its jar off the class path."),
        none(Stateful.class, NoRecord.class, "it lacks @PassInfo; it is no record"),
        none(
            Undeclared.class,
            NoOption.class,
            "it needs java.lang.Runnable, which lacks @Port; its component 'minutes' lacks"
                + " @Option; its component 'share' is a float, and an option is a boolean, int,"
                + " long, double, String, enum, List<String> or a record of such"),
        none(
            Refusing.class,
            NoDefault.class,
            "pass 'no-default': minutes must be at least 1, got 0"),
        none(
            Numberless.class,
            NoNumber.class,
            "it cannot be made with its defaults: java.lang.NumberFormatException: For input"
                + " string: \"long\""),
        none(
            Mistaken.class,
            String.class,
            "it implements neither ModelPass nor BundlePass; it lacks @PassInfo; it is no record"));
  }

  private static Arguments none(Class<?> provider, Class<?> pass, String problems) {
    return Arguments.of(
        List.of(provider),
        "%s, which %s brings, is no pass: %s. Correct it, or take its jar off the class path."
            .formatted(pass.getName(), provider.getName(), problems));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsNoPassOrHasANameThatIsTakenIsRefused(List<Class<?>> providers, String message)
      throws IOException {
    String[] names = providers.stream().map(Class::getName).toArray(String[]::new);
    try (Brought _ = new Brought(folder, PassProvider.class, names)) {
      assertThatThrownBy(Catalogue::all)
          .isInstanceOfSatisfying(
              DemitasseException.class,
              e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
          .hasMessage(message);
    }
  }
}
