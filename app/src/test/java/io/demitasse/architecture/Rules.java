package io.demitasse.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo;
import io.demitasse.passes.Catalogue;
import java.io.File;
import org.jspecify.annotations.NullMarked;

/**
 * The rules of the architecture for the packages below a root: the real one, or that of planted
 * violations.
 */
record Rules(String root) {
  private static final DescribedPredicate<JavaClass> PASSES =
      DescribedPredicate.describe(
          "are passes",
          type ->
              type.isAssignableTo(Pass.class)
                  && !type.isInterface()
                  && !type.getModifiers().contains(JavaModifier.ABSTRACT));

  ArchRule readingOrder() {
    return classes().that(ours()).should(new ReadingOrder(root));
  }

  /**
   * JSON and YAML belong to journals, reports and the strict reader; media reads the files of
   * others with it.
   */
  ArchRule jackson() {
    return noClasses()
        .that(ours())
        .and()
        .resideOutsideOfPackages(
            root + ".yaml", root + ".journal", root + ".report", root + ".media..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..");
  }

  ArchRule names() {
    return noClasses()
        .that(ours())
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)");
  }

  ArchRule nullMarked() {
    return classes().that(ours()).should(new InNullMarkedPackage());
  }

  ArchRule passesAreDeclaredRecords() {
    return classes()
        .that(ours())
        .and(PASSES)
        .should()
        .beRecords()
        .andShould()
        .beAnnotatedWith(PassInfo.class);
  }

  ArchRule passesAreListed() {
    return classes().that(ours()).and(PASSES).should(new Listed());
  }

  /**
   * What is registered for the end of the process and never taken back grows in a service. The
   * command is a process of its own.
   */
  ArchRule ending() {
    return noClasses()
        .that(ours())
        .and()
        .resideOutsideOfPackages(root + ".leftover", root + ".app..")
        .should()
        .callMethod(File.class, "deleteOnExit")
        .orShould()
        .callMethod(Runtime.class, "addShutdownHook", Thread.class);
  }

  private DescribedPredicate<JavaClass> ours() {
    return DescribedPredicate.describe(
        "are below " + root, type -> (type.getPackageName() + ".").startsWith(root + "."));
  }

  private static final class InNullMarkedPackage extends ArchCondition<JavaClass> {
    InNullMarkedPackage() {
      super("be in a package whose package-info is @NullMarked");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
        events.add(
            SimpleConditionEvent.violated(type, type.getPackageName() + " is not @NullMarked"));
      }
    }
  }

  private static final class Listed extends ArchCondition<JavaClass> {
    Listed() {
      super("be listed in Catalogue");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      boolean listed =
          Catalogue.PASSES.stream().anyMatch(pass -> pass.getName().equals(type.getName()));
      if (!listed) {
        events.add(
            SimpleConditionEvent.violated(
                type, "add to io.demitasse.passes.Catalogue: " + type.getSimpleName() + ".class,"));
      }
    }
  }
}
