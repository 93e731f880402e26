package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.testkit.ModelMutation;
import io.demitasse.testkit.MutationSeeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged models end as bad ones, or work: none is a bug of ours. The benchmarks try many more. */
final class MutationTest {
  private static final int BUG = 4;
  private static final int INSPECTED = 1_400;
  private static final int CHECKED = 600;

  @TempDir private Path folder;

  @Test
  void noDamagedModelIsABugToInspect() throws IOException {
    assertThat(bugs(INSPECTED, file -> Invocation.of("inspect", file))).isEmpty();
  }

  @Test
  void noDamagedModelIsABugToPasses() throws IOException {
    assertThat(bugs(CHECKED, file -> Invocation.of("recipe", "check", "exact", file))).isEmpty();
  }

  private interface Use {
    Invocation of(Path file);
  }

  private List<String> bugs(int count, Use use) throws IOException {
    List<byte[]> files = MutationSeeds.files();
    Path file = folder.resolve("mutant.onnx");
    List<String> bugs = new ArrayList<>();
    for (int seed = 0; seed < count; seed++) {
      Files.write(file, ModelMutation.mutant(files, seed));
      Invocation end = use.of(file);
      if (end.code() == BUG) {
        bugs.add("seed " + seed + ": " + end);
      }
    }
    return bugs;
  }
}
