package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The sample project in {@code docs/examples}. */
final class ExampleProject {
  static final Path FOLDER = Path.of("..", "docs", "examples", "compress-model").toAbsolutePath();

  private ExampleProject() {}

  /**
   * Compiles it against the modules as they are.
   *
   * @return its class path, without theirs
   */
  static String compiledTo(Path classes) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-cp", System.getProperty("java.class.path"), "-d", classes.toString()));
    try (Stream<Path> sources = Files.list(FOLDER.resolve("src/main/java/example"))) {
      sources.forEach(source -> arguments.add(source.toString()));
    }
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(compiled).isZero();
    return classes + File.pathSeparator + FOLDER.resolve("src/main/resources");
  }
}
