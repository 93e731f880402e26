package io.demitasse.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java files as the compiler's parser sees them, without their types. */
public final class ParsedSources {
  private ParsedSources() {}

  /** What is done with each file while the compiler is there. */
  @FunctionalInterface
  public interface Visitor {
    void visit(CompilationUnitTree unit, JavacTask task) throws IOException;
  }

  public static void visit(List<Path> files, Visitor visitor) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree unit : task.parse()) {
        visitor.visit(unit, task);
      }
    }
  }
}
