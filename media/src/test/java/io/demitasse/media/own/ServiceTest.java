package io.demitasse.media.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.TextGraph;
import io.demitasse.leftover.Leftovers;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What a program asks that goes on for months, and does several things at once. */
@Isolated("it counts objects, threads and temporary files of the process")
final class ServiceTest {
  private static final int RUNS = 4;

  /** Carried out as it stands, so that its bytes are the same each time. */
  private static final Recipe EXACT =
      Recipes.parse(
          """
          demitasse: 1
          resolved: true
          steps:
          - pass: fold-constants
          - pass: quantize-dynamic
          """,
          "the test's recipe");

  @TempDir private Path folder;

  @BeforeEach
  void writeModels() {
    for (int seed : new int[] {1, 5}) {
      Ports.find()
          .format()
          .write(
              TextGraph.parse(
                  """
                  ir 8, opset 17
                  graph g(x: float[batch,64]) -> (y) {
                    w = float[64,256] ~ %d
                    v = float[256,64] ~ %d
                    turned = Transpose(v) <perm=[1, 0]>
                    again = Transpose(turned) <perm=[1, 0]>
                    a = MatMul(x, w)
                    b = Relu(a)
                    y = MatMul(b, again)
                  }
                  """
                      .formatted(seed, seed + 1)),
              model(seed),
              ModelFormat.WriteOptions.DEFAULT);
    }
  }

  private Path model(int seed) {
    return folder.resolve("model" + seed + ".onnx");
  }

  private Demitasse job(int seed) {
    return Demitasse.open(model(seed)).effort(new PairedTiming.Effort(3, 3, 1)).threads(1);
  }

  /** Compresses, writes and says where the model is. */
  private Path replay(int seed, String name) {
    try (Compressed small = job(seed).recipe(EXACT).compress()) {
      return small.writeTo(folder.resolve(name)).model();
    }
  }

  @Test
  void nothingGrowsHoweverOftenItCompresses() throws Exception {
    for (int i = 0; i < 3; i++) {
      search("warm" + i);
    }
    int open = Leftovers.count();
    long temporary = temporaryFiles();
    Map<String, Long> objects = objects();

    for (int i = 0; i < RUNS; i++) {
      search("result" + i);
    }

    assertThat(Leftovers.count()).isEqualTo(open);
    assertThat(temporaryFiles()).isEqualTo(temporary);
    assertThat(grown(objects, objects())).isEmpty();
  }

  private void search(String name) {
    try (Compressed small = job(1).compress()) {
      small.writeTo(folder.resolve(name).resolve("inner"));
    }
  }

  private static long temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      String pid = "demitasse-" + ProcessHandle.current().pid() + "-";
      return files.filter(file -> file.getFileName().toString().startsWith(pid)).count();
    }
  }

  /** Living objects of ours, and threads and what is registered for the end, by class. */
  private static Map<String, Long> objects() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Map<String, Long> objects = new TreeMap<>();
    histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length >= 4 && words[0].endsWith(":"))
        .filter(
            words -> words[3].startsWith("io.demitasse.") || words[3].equals("java.lang.Thread"))
        .forEach(words -> objects.merge(words[3], Long.parseLong(words[1]), Long::sum));
    assertThat(objects).isNotEmpty();
    return objects;
  }

  /** What each run left one of, or more; what a run does for the first time may stay. */
  private static Map<String, Long> grown(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> grown = new TreeMap<>();
    after.forEach(
        (type, count) -> {
          long more = count - before.getOrDefault(type, 0L);
          if (more >= RUNS) {
            grown.put(type, more);
          }
        });
    return grown;
  }

  @Test
  void twoAtOnceGiveWhatEachGivesAlone() throws Exception {
    Path first = replay(1, "first alone");
    Path second = replay(5, "second alone");

    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Future<Path> one = both.submit(() -> replay(1, "first"));
      Future<Path> other = both.submit(() -> replay(5, "second"));

      assertThat(Files.mismatch(first, one.get())).isEqualTo(-1);
      assertThat(Files.mismatch(second, other.get())).isEqualTo(-1);
    }
    assertThat(Files.mismatch(first, second)).isNotEqualTo(-1);
  }

  @Test
  void anotherThreadCancelsOneAndTheOtherGoesOn() throws Exception {
    Path alone = replay(5, "alone");
    int open = Leftovers.count();
    CountDownLatch oneAtWork = new CountDownLatch(1);
    CountDownLatch otherAtWork = new CountDownLatch(1);
    CountDownLatch oneEnded = new CountDownLatch(1);
    AtomicReference<DemitasseException> failure = new AtomicReference<>();

    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Future<?> one =
          both.submit(
              () -> {
                CountDownLatch never = new CountDownLatch(1);
                try (Compressed small = job(1).events(stopping(oneAtWork, never)).compress()) {
                  assertThat(small.report().candidates()).isNotEmpty();
                } catch (DemitasseException e) {
                  failure.set(e);
                } finally {
                  oneEnded.countDown();
                }
              });
      Future<Path> other =
          both.submit(
              () -> {
                Demitasse job = job(5).recipe(EXACT).events(stopping(otherAtWork, oneEnded));
                try (Compressed small = job.compress()) {
                  return small.writeTo(folder.resolve("other")).model();
                }
              });
      oneAtWork.await();
      otherAtWork.await();
      one.cancel(true);

      assertThat(Files.mismatch(alone, other.get())).isEqualTo(-1);
    }
    assertThat(failure.get().kind()).isEqualTo(DemitasseException.Kind.CANCELLED);
    assertThat(Leftovers.count()).isEqualTo(open);
  }

  /** Says that work is under way, and holds it until it may go on or is interrupted. */
  private static Consumer<Event> stopping(CountDownLatch atWork, CountDownLatch goOn) {
    return event -> {
      atWork.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }
}
