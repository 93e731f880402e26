package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed pages of {@code docs/passes} say what the code says. */
final class PassPagesTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Path FOLDER = PROJECT.resolve("docs").resolve("passes");
  private static final String REGENERATE =
      "docs/passes and the passes have drifted apart. Write the pages anew and commit them:\n"
          + "  mvn -pl app -am test -Dtest=PassPagesTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Ddemitasse.pages=write\n";

  @Test
  void pagesSayWhatTheCodeSays() throws IOException {
    Map<String, String> pages = new PassPages(PROJECT).all();
    if (System.getProperty("demitasse.pages", "").equals("write")) {
      write(pages);
    }

    Map<String, String> committed = committed();
    assertThat(committed.keySet()).as(REGENERATE).isEqualTo(pages.keySet());
    pages.forEach(
        (name, text) -> assertThat(committed.get(name)).as(REGENERATE + name).isEqualTo(text));
  }

  @Test
  void aPageHoldsTheDrawingTheOptionsAndAStep() throws IOException {
    String page = new PassPages(PROJECT).all().get("quantize-static.md");

    assertThat(page)
        .startsWith("# quantize-static\n\n")
        .contains("```text\n  x ─ Conv(W, b) ─ Relu ─ y ─ ...\n")
        .contains("| effect | lossy |", "| needs samples of real data | yes |")
        .contains("| `percentile` | `99.99` | number (%) |")
        .contains("```yaml\nsteps:\n- pass: quantize-static\n  options:\n")
        .doesNotContain("{@", "<p>", "@param");
  }

  private static void write(Map<String, String> pages) throws IOException {
    Files.createDirectories(FOLDER);
    for (String name : committed().keySet()) {
      Files.delete(FOLDER.resolve(name));
    }
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Files.writeString(FOLDER.resolve(page.getKey()), page.getValue());
    }
  }

  private static Map<String, String> committed() throws IOException {
    Map<String, String> pages = new TreeMap<>();
    if (!Files.isDirectory(FOLDER)) {
      return pages;
    }
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        pages.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return pages;
  }
}
