package io.demitasse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import io.demitasse.passes.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for source files: their length, that of their methods, and which there are. */
final class SourceTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final int FILE = 400;
  private static final int METHOD = 40;

  /** Tables in the form of a switch: a case for each of a kind, as many lines as there are. */
  private static final Set<String> TABLES = Set.of("AttributeDecoder.decode");

  @TempDir private Path folder;

  @Test
  void filesStayShort() {
    assertThat(longFiles(sources("main"))).isEmpty();
  }

  @Test
  void methodsStayShort() {
    assertThat(longMethods(sources("main"))).isEmpty();
  }

  @Test
  void aLongFileAndALongMethodAreReported() throws IOException {
    String line = "    int x;\n";
    Path planted = folder.resolve("Planted.java");
    Files.writeString(
        planted,
        "class Planted {\n  void fits() {\n"
            + line.repeat(METHOD - 2)
            + "  }\n  void isTooLong() {\n"
            + line.repeat(METHOD - 1)
            + "  }\n"
            + "\n".repeat(FILE)
            + "}\n");

    assertThat(longFiles(List.of(planted))).containsExactly("Planted.java has 483 lines");
    assertThat(longMethods(List.of(planted)))
        .containsExactly("Planted.isTooLong has " + (METHOD + 1) + " lines");
  }

  @Test
  void everyPassHasATest() {
    assertThat(untested(Catalogue.PASSES.stream().map(Class::getSimpleName).toList())).isEmpty();
  }

  @Test
  void aPassWithoutATestIsReported() {
    assertThat(untested(List.of("FoldConstants", "MakeItSo"))).containsExactly("MakeItSoTest");
  }

  private static List<String> untested(List<String> passes) {
    Set<String> tests =
        sources("test").stream()
            .map(file -> file.getFileName().toString())
            .collect(Collectors.toCollection(TreeSet::new));
    return passes.stream()
        .map(pass -> pass + "Test")
        .filter(test -> !tests.contains(test + ".java"))
        .toList();
  }

  /** The Java files of all modules. */
  private static List<Path> sources(String kind) {
    List<Path> all = new ArrayList<>();
    for (String module :
        List.of("core", "onnx", "solver", "torch", "zoo", "media", "testkit", "app", "bench")) {
      Path root = PROJECT.resolve(module).resolve("src").resolve(kind).resolve("java");
      if (!Files.isDirectory(root)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assertThat(all).isNotEmpty();
    return all;
  }

  private static List<String> longFiles(List<Path> files) {
    List<String> tooLong = new ArrayList<>();
    for (Path file : files) {
      try (Stream<String> lines = Files.lines(file)) {
        long count = lines.count();
        if (count > FILE) {
          tooLong.add(file.getFileName() + " has " + count + " lines");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return tooLong;
  }

  private static List<String> longMethods(List<Path> files) {
    List<String> tooLong = new ArrayList<>();
    try {
      ParsedSources.visit(
          files,
          (unit, task) ->
              new Lengths(unit, Trees.instance(task).getSourcePositions(), tooLong)
                  .scan(unit, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tooLong;
  }

  /** Measures every method of a file. */
  private static final class Lengths extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> tooLong;

    Lengths(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
      this.unit = unit;
      this.positions = positions;
      this.tooLong = tooLong;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      LineMap lines = unit.getLineMap();
      long start = positions.getStartPosition(unit, method);
      long end = positions.getEndPosition(unit, method);
      if (start >= 0 && end >= 0) {
        long length = lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
        String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
        String name = file.replace(".java", ".") + method.getName();
        if (length > METHOD && !TABLES.contains(name)) {
          tooLong.add(name + " has " + length + " lines");
        }
      }
      return super.visitMethod(method, null);
    }
  }
}
