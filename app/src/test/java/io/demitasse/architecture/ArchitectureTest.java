package io.demitasse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The code keeps the rules of its architecture, and each rule reports what was planted for it. */
final class ArchitectureTest {
  private static final String PLANTED = "io.demitasse.architecture.violations";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("test-classes/"))
          .importPackages("io.demitasse");

  private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages(PLANTED);

  static Stream<Arguments> rules() {
    return Stream.of(
        rule(
            "reading order",
            Rules::readingOrder,
            "violations.ir.ReachesDown",
            "violations.passes.fuse.MeetsAnotherFamily",
            "violations.onnx.MeetsAnotherModule",
            "violations.somewhere.NoPlace"),
        rule("Jackson", Rules::jackson, "violations.search.SpeaksJson"),
        rule(
            "ending",
            Rules::ending,
            "violations.source.StaysForever.atExit",
            "violations.source.StaysForever.hook"),
        rule("names", Rules::names, "violations.search.TextUtil"),
        rule("null marked", Rules::nullMarked, "violations.somewhere is not @NullMarked"),
        rule(
            "passes are declared records",
            Rules::passesAreDeclaredRecords,
            "violations.passes.clean.KeepsState> is no record",
            "violations.passes.clean.KeepsState> is not annotated with @PassInfo"),
        rule(
            "passes are listed",
            Rules::passesAreListed,
            "add to io.demitasse.passes.Catalogue: NotListed.class,"));
  }

  private static Arguments rule(
      String name, Function<Rules, ArchRule> rule, String... plantedViolations) {
    return Arguments.of(name, rule, List.of(plantedViolations));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void theCodeKeepsTheRule(String name, Function<Rules, ArchRule> rule, List<String> planted) {
    assertThat(CODE).hasSizeGreaterThan(200);
    rule.apply(new Rules("io.demitasse")).check(CODE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void theRuleReportsWhatWasPlanted(
      String name, Function<Rules, ArchRule> rule, List<String> planted) {
    String report =
        rule.apply(new Rules(PLANTED)).evaluate(VIOLATIONS).getFailureReport().toString();

    assertThat(report).contains(planted);
  }
}
