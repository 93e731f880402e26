package io.demitasse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the facade gives to Java programs is what its package page calls the API. */
final class ApiTest {
  private static final Path PAGE =
      Path.of("")
          .toAbsolutePath()
          .resolveSibling("core/src/main/java/io/demitasse/package-info.java");

  private static final Pattern PACKAGE = Pattern.compile("<li>\\{@code (io\\.demitasse[a-z.]*)}");

  /** What programs get and give as a whole: its insides are between passes and the pipeline. */
  private static final String OPAQUE = "io.demitasse.pass.Pass";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("test-classes/"))
          .importPackages("io.demitasse");

  @Test
  void everyTypeThatTheFacadeGivesIsInAPackageOfTheApi() throws IOException {
    assertThat(reached()).isEqualTo(documented());
  }

  /** The packages of types that the signatures of the facade lead to, step by step. */
  private static Set<String> reached() {
    Deque<JavaClass> open = new ArrayDeque<>();
    Set<JavaClass> seen = new HashSet<>();
    CODE.stream()
        .filter(
            type -> List.of("io.demitasse", "io.demitasse.error").contains(type.getPackageName()))
        .filter(ApiTest::isPublic)
        .forEach(open::add);
    while (!open.isEmpty()) {
      JavaClass type = open.pop();
      if (seen.add(type) && !type.getName().equals(OPAQUE)) {
        type.getMembers().stream()
            .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(member -> named(member).stream())
            .map(JavaClass::getBaseComponentType)
            .filter(named -> named.getPackageName().startsWith("io.demitasse"))
            .forEach(open::add);
      }
    }
    return seen.stream()
        .map(JavaClass::getPackageName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<JavaClass> named(JavaMember member) {
    return member.getAllInvolvedRawTypes();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC);
  }

  private static Set<String> documented() throws IOException {
    Matcher packages = PACKAGE.matcher(Files.readString(PAGE));
    return packages
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
