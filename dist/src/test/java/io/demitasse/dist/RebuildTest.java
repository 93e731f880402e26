package io.demitasse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same sources, built again in another folder, time zone and language, and by Maven on another
 * Java where there is one, give the same files; and a project from outside finds in a repository
 * all that it needs of them.
 */
final class RebuildTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> LEFT_OUT = Set.of(".git", "target", "demitasse-demo");
  private static final Path SHARED =
      Path.of(System.getProperty("demitasse.repository")).toAbsolutePath();

  @TempDir private static Path folder;
  private static Path again;
  private static Path repository;

  @BeforeAll
  static void buildAgain() throws Exception {
    again = copy(ROOT, folder.resolve("elsewhere"));
    repository = repository(folder.resolve("repository"));
    Command.run(
        again,
        Map.of("TZ", "Pacific/Kiritimati", "JAVA_HOME", System.getProperty("java.home")),
        List.of(
            "mvn",
            "-B",
            "-q",
            "-Prelease",
            "-Dmaven.test.skip",
            "-Dexec.skip",
            "-Duser.name=somebody",
            "-Duser.language=de",
            "-Dmaven.repo.local=" + repository,
            "-pl",
            "bom,core,onnx,solver,torch,zoo,media,app,dist",
            "-am",
            "install"));
  }

  /** The sources alone. */
  private static Path copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (LEFT_OUT.contains(path.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (!LEFT_OUT.contains(path.getFileName().toString())) {
              Files.copy(path, to.resolve(from.relativize(path)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
  }

  /** The user's own local repository through links, but for {@code io.demitasse}. */
  private static Path repository(Path made) throws IOException {
    linkAllBut("io", SHARED, Files.createDirectories(made));
    linkAllBut("demitasse", SHARED.resolve("io"), Files.createDirectories(made.resolve("io")));
    return made;
  }

  private static void linkAllBut(String one, Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.getFileName().toString().equals(one)) {
          Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "onnx", "solver", "torch", "zoo", "media", "app"})
  void theJarsAreTheSameByteForByte(String module) throws IOException {
    List<Path> jars = jars(module);

    assertThat(jars).as("classes, sources, Javadoc").hasSize(3);
    assertThat(jars).allSatisfy(RebuildTest::assertSameAsHere);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar.gz", "zip"})
  void theDistributionIsTheSameByteForByte(String format) {
    String name = "demitasse-" + System.getProperty("demitasse.version") + "." + format;

    assertSameAsHere(again.resolve("dist/target").resolve(name));
  }

  private static void assertSameAsHere(Path file) {
    assertThat(file).hasSameBinaryContentAs(ROOT.resolve(again.relativize(file)));
  }

  /** Those of the second build; here jars of earlier versions may lie beside them. */
  private static List<Path> jars(String module) throws IOException {
    try (Stream<Path> files = Files.list(again.resolve(module).resolve("target"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "onnx", "solver", "torch", "zoo", "media", "app"})
  void everyJarNamesItsModuleAndNoJdk(String module) throws IOException {
    Path file = jars(module).getLast();

    assertThat(ModuleFinder.of(file).findAll())
        .singleElement()
        .satisfies(found -> assertThat(found.descriptor().isAutomatic()).isTrue())
        .extracting(found -> found.descriptor().name())
        .isEqualTo("io.demitasse." + module);
    try (JarFile jar = new JarFile(file.toFile())) {
      assertThat(jar.getManifest().getMainAttributes())
          .doesNotContainKey(new Name("Build-Jdk-Spec"));
    }
  }

  @Test
  void aProjectFromOutsideDependsOnIt() throws Exception {
    Path project =
        copy(ROOT.resolve("docs/examples/compress-model"), folder.resolve("compress-model"));

    String told =
        Command.run(
                project,
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                List.of(
                    "mvn",
                    "-B",
                    "-Dmaven.repo.local=" + repository,
                    "-Darguments=model.onnx small latency<=1000%",
                    "compile",
                    "exec:exec"))
            .out();

    long after = Files.size(project.resolve("small/model.onnx"));
    assertThat(told).contains("after: " + after + " bytes", "budget: met");
    assertThat(after).isLessThan(Files.size(project.resolve("model.onnx")));
  }
}
