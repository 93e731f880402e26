package io.demitasse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers and names are written alike on every machine: nothing asks which language it speaks. */
final class LocaleTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Set<String> FORMATTING = Set.of("format", "printf");
  private static final Set<String> CASES = Set.of("toLowerCase", "toUpperCase");
  private static final Set<String> LOCAL =
      Set.of("NumberFormat", "DecimalFormat", "DateTimeFormatter");

  @TempDir private Path folder;

  @Test
  void nothingDependsOnTheLocale() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module :
        List.of("core", "onnx", "solver", "torch", "zoo", "media", "testkit", "app", "bench")) {
      try (Stream<Path> files = Files.walk(PROJECT.resolve(module + "/src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(100);
    assertThat(local(sources)).isEmpty();
  }

  @Test
  void whatDependsOnItIsReported() throws IOException {
    Path planted = folder.resolve("Planted.java");
    Files.writeString(
        planted,
        """
        import java.util.Locale;

        class Planted {
          String a = "%.2f".formatted(1.5);
          String b = String.format("%.2f", 1.5);
          String c = String.format(Locale.ROOT, "%.2f", 1.5);
          String d = a.toLowerCase();
          String e = a.toLowerCase(Locale.ROOT);
          String f = java.text.NumberFormat.getInstance().format(1.5);
          char letter = Character.toLowerCase('A');
          void print() {
            System.out.printf("%.2f", 1.5);
            System.out.printf(Locale.ROOT, "%.2f", 1.5);
          }
        }
        """);

    assertThat(local(List.of(planted)))
        .containsExactly(
            "Planted.java:4 formatted: String.format(Locale.ROOT, ...) is the same everywhere",
            "Planted.java:5 format needs Locale.ROOT",
            "Planted.java:7 toLowerCase needs Locale.ROOT",
            "Planted.java:9 NumberFormat follows the locale",
            "Planted.java:12 printf needs Locale.ROOT");
  }

  private static List<String> local(List<Path> files) throws IOException {
    List<String> found = new ArrayList<>();
    ParsedSources.visit(
        files,
        (unit, task) -> {
          SourcePositions positions = Trees.instance(task).getSourcePositions();
          new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
              if (call.getMethodSelect() instanceof MemberSelectTree select) {
                String problem = problem(select, call.getArguments());
                if (!problem.isEmpty()) {
                  long line =
                      unit.getLineMap().getLineNumber(positions.getEndPosition(unit, select));
                  String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
                  found.add(file + ":" + line + " " + problem);
                }
              }
              return super.visitMethodInvocation(call, null);
            }
          }.scan(unit, null);
        });
    return found;
  }

  /** What is wrong with a call; empty when nothing is. */
  private static String problem(MemberSelectTree select, List<? extends ExpressionTree> arguments) {
    String method = select.getIdentifier().toString();
    String receiver = select.getExpression().toString();
    boolean root = !arguments.isEmpty() && arguments.getFirst().toString().endsWith("Locale.ROOT");
    if (method.equals("formatted")) {
      return "formatted: String.format(Locale.ROOT, ...) is the same everywhere";
    }
    boolean formats =
        method.equals("printf") || (FORMATTING.contains(method) && receiver.equals("String"));
    if ((formats || (CASES.contains(method) && !receiver.equals("Character"))) && !root) {
      return method + " needs Locale.ROOT";
    }
    String type = receiver.substring(receiver.lastIndexOf('.') + 1);
    return LOCAL.contains(type) ? type + " follows the locale" : "";
  }
}
