package io.demitasse.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.publish.Disk;
import io.demitasse.testkit.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever step of publishing fails, and at whatever step the process ends: the old result is there
 * or the new one, never a mixture, and nothing of anyone else's is lost.
 */
final class PublishingTest {
  private static final int HALTED = 77;
  private static final int NEVER = 0;

  /** So many at once: each is busy with starting, mostly on one core. */
  private static final int PROCESSES = 2;

  @TempDir private Path top;

  /** What is published, and over what. */
  enum Case {
    FRESH_FOLDER("small", false, false),
    REPLACED_FOLDER("small", true, false),
    FOLDER_THAT_ONE_WORKS_IN("small", true, true),
    FRESH_FILE("small.onnx", false, false),
    REPLACED_FILE("small.onnx", true, false),
    FRESH_FILE_WITH_DATA("small.onnx", false, true),
    REPLACED_FILE_WITH_DATA("small.onnx", true, true);

    final String name;
    final boolean replaces;
    final boolean data;

    Case(String name, boolean replaces, boolean data) {
      this.name = name;
      this.replaces = replaces;
      this.data = data;
    }

    /** Folders are made beside their place, and this one cannot be moved there. */
    boolean isInPlace() {
      return this == FOLDER_THAT_ONE_WORKS_IN;
    }
  }

  /** A place as it is before something is published there. */
  private interface Preparation {
    Path prepared(String name) throws IOException;
  }

  /** The process that works in the folder that it publishes over. */
  static final class Inside {
    private Inside() {}

    public static void main(String[] arguments) throws IOException {
      Path place = Path.of(arguments[0]);
      Preparation preparation =
          _ -> {
            empty(place);
            fill(place, Case.FOLDER_THAT_ONE_WORKS_IN);
            return place;
          };
      for (boolean exchanges : new boolean[] {true, false}) {
        endAtAnyStep(Case.FOLDER_THAT_ONE_WORKS_IN, exchanges, preparation);
      }
    }

    /** Deletes what is in a place, and leaves the folder that this process works in. */
    private static void empty(Path place) throws IOException {
      Path inside = place.resolve(Case.FOLDER_THAT_ONE_WORKS_IN.name);
      try (Stream<Path> tree = Files.walk(place)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          if (!path.equals(place) && !path.equals(inside)) {
            Files.delete(path);
          }
        }
      }
    }
  }

  /** The process that ends in the middle. */
  static final class Publisher {
    private Publisher() {}

    public static void main(String[] arguments) {
      Case published = Case.valueOf(arguments[1]);
      Disk disk =
          new CountedDisk(
              Integer.parseInt(arguments[2]), true, () -> Runtime.getRuntime().halt(HALTED));
      small(Path.of(arguments[0]), published).publish("newer", true, disk);
    }
  }

  private static SmallResult small(Path place, Case published) {
    return new SmallResult(
        place.resolveSibling("original").resolve("original.onnx"),
        place.resolve(published.name),
        published.data);
  }

  /** Which folder this process works in cannot be changed by a test. */
  static Stream<Arguments> casesOfThisProcess() {
    return Stream.of(Case.values())
        .filter(each -> !each.isInPlace())
        .flatMap(each -> Stream.of(Arguments.of(each, true), Arguments.of(each, false)));
  }

  @ParameterizedTest(name = "{0}, names exchanged in one step: {1}")
  @MethodSource("casesOfThisProcess")
  void aStepThatFailsLeavesEverythingAsItWas(Case published, boolean exchanges) throws IOException {
    Preparation preparation = name -> prepared(name, published);
    int steps = steps(published, exchanges, preparation);
    Map<String, String> after = afterwards(published, preparation);
    for (int step = 1; step <= steps; step++) {
      Path place = preparation.prepared("failing-" + step);
      Map<String, String> before = contents(place);
      CountedDisk disk =
          new CountedDisk(
              step,
              exchanges,
              () -> {
                throw new IOException("this step fails");
              });

      boolean failed = false;
      try {
        small(place, published).publish("newer", true, disk);
      } catch (DemitasseException e) {
        assertThat(e).hasMessageContaining("this step fails");
        failed = true;
      }

      if (failed) {
        assertThat(contents(place)).as("after step %d of %d", step, steps).isEqualTo(before);
      } else {
        recover(place, published);
        assertThat(contents(place)).as("after step %d of %d", step, steps).isEqualTo(after);
      }
    }
  }

  @ParameterizedTest(name = "{0}, names exchanged in one step: {1}")
  @MethodSource("casesOfThisProcess")
  void anEndAtAnyStepLeavesTheOldOrTheNew(Case published, boolean exchanges) throws IOException {
    endAtAnyStep(published, exchanges, name -> prepared(name, published));
  }

  @Test
  void anEndOfAProcessInItsOwnFolderLeavesTheOldOrTheNew() throws Exception {
    Path place = prepared("inside", Case.FOLDER_THAT_ONE_WORKS_IN);
    Path said = top.resolve("said");

    Process process =
        java(Inside.class, place, place.resolve(Case.FOLDER_THAT_ONE_WORKS_IN.name))
            .redirectOutput(said.toFile())
            .start();

    assertThat(process.waitFor()).as(() -> read(said)).isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void endAtAnyStep(Case published, boolean exchanges, Preparation preparation)
      throws IOException {
    int steps = steps(published, exchanges, preparation);
    Map<String, String> after = afterwards(published, preparation);
    for (int step = 1; step <= steps; step++) {
      Path place = preparation.prepared("ending-" + step);
      Map<String, String> before = contents(place);

      try {
        small(place, published).publish("newer", true, CountedDisk.endingAt(step, exchanges));
      } catch (CountedDisk.Ended e) {
        // That is what this is about.
      }

      if (exchanges) {
        assertReadable(place, published);
      }
      recover(place, published);
      assertThat(contents(place)).as("after step %d of %d", step, steps).isIn(before, after);
      assertReadable(place, published);
    }
  }

  @Slow("starts a Java for each step of publishing: a minute")
  @ParameterizedTest
  @EnumSource(names = {"REPLACED_FOLDER", "REPLACED_FILE_WITH_DATA", "FOLDER_THAT_ONE_WORKS_IN"})
  void aProcessThatIsHaltedAtAnyStepLeavesTheOldOrTheNew(Case published) throws Exception {
    isHaltedAtAnyStep(published);
  }

  private void isHaltedAtAnyStep(Case published) throws Exception {
    Path done = prepared("done", published);
    assertThat(start(done, published, NEVER).waitFor()).isZero();
    Map<String, String> after = contents(done);
    boolean halted = true;
    for (int step = 1; halted; step += PROCESSES) {
      List<Halting> processes = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        Path place = prepared("halted-" + (step + i), published);
        processes.add(
            new Halting(step + i, place, contents(place), start(place, published, step + i)));
      }
      for (Halting each : processes) {
        int code = each.process.waitFor();
        assertThat(code).isIn(HALTED, 0);
        recover(each.place, published);
        assertThat(contents(each.place))
            .as("halted at step %d", each.step)
            .isIn(code == 0 ? after : each.before, after);
        halted = code == HALTED;
      }
    }
  }

  /** A process that is halted at a step, and what was in its place before. */
  private record Halting(int step, Path place, Map<String, String> before, Process process) {}

  private static int steps(Case published, boolean exchanges, Preparation preparation)
      throws IOException {
    Path place = preparation.prepared("counted");
    CountedDisk disk = new CountedDisk(NEVER, exchanges, () -> {});
    small(place, published).publish("newer", true, disk);
    assertThat(disk.steps()).isGreaterThan(5);
    return disk.steps();
  }

  private static Map<String, String> afterwards(Case published, Preparation preparation)
      throws IOException {
    Path place = preparation.prepared("done");
    small(place, published).publish("newer", true, Disk.LOCAL);
    return contents(place);
  }

  /** A place with an older result in it, where there is to be one, and with what someone owns. */
  private Path prepared(String name, Case published) throws IOException {
    Path folder = top.resolve(name + "-" + System.nanoTime());
    SmallResult.original(folder.resolve("original"));
    Path place = Files.createDirectory(folder.resolve("place"));
    fill(place, published);
    return place;
  }

  private static void fill(Path place, Case published) throws IOException {
    if (published.replaces) {
      small(place, published).publish("older", false, Disk.LOCAL);
    }
    Path mine =
        published.replaces && !published.name.endsWith(".onnx") ? place.resolve("small") : place;
    Files.writeString(mine.resolve("notes.txt"), "mine");
    Files.writeString(Files.createDirectory(mine.resolve("sub")).resolve("thesis.txt"), "years");
    Files.createDirectory(mine.resolve("empty"));
    Files.createSymbolicLink(mine.resolve("link"), Path.of("notes.txt"));
  }

  private static Process start(Path place, Case published, int step) throws IOException {
    Path inside = published.isInPlace() ? place.resolve(published.name) : place;
    return java(Publisher.class, place, inside, published.name(), Integer.toString(step))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** A process that works in a folder, and is told of a place and more. */
  private static ProcessBuilder java(Class<?> main, Path place, Path inside, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            place.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).directory(inside.toFile()).redirectErrorStream(true);
  }

  /** What the next run does before anything else. */
  private static void recover(Path place, Case published) {
    SmallResult small = small(place, published);
    Demitasse.open(small.original()).reserve(small.destination(), true).close();
  }

  /** Whoever opens the model finds one version whole, or no model at all. */
  private static void assertReadable(Path place, Case published) {
    Path file = place.resolve(published.name);
    Path model = file.toString().endsWith(".onnx") ? file : file.resolve("model.onnx");
    if (!published.replaces && !Files.exists(model)) {
      return;
    }
    Model read = SmallResult.format().read(model);
    assertThat(TextGraph.print(read))
        .isIn(
            TextGraph.print(SmallResult.model("older")),
            TextGraph.print(SmallResult.model("newer")));
  }

  /** All that is in a folder, hidden or not: files with their content, links, folders. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.toList()) {
        String content =
            Files.isSymbolicLink(path)
                ? "-> " + Files.readSymbolicLink(path)
                : Files.isDirectory(path)
                    ? "folder"
                    : HexFormat.of().formatHex(Files.readAllBytes(path));
        contents.put(folder.relativize(path).toString(), content);
      }
    }
    return contents;
  }
}
