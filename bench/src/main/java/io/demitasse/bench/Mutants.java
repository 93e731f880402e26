package io.demitasse.bench;

import io.demitasse.app.Main;
import io.demitasse.app.console.Console;
import io.demitasse.evaluate.JavaCommand;
import io.demitasse.testkit.ModelMutation;
import io.demitasse.testkit.MutationSeeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Gives damaged models to the command, in child processes whose crashes and endless runs are seen,
 * and counts how it ends. Wanted are no ends of 4, which is a bug, nothing over the time limit and
 * no crash.
 *
 * <p>Arguments: {@code inspect}, {@code check} or {@code compress}; the first seed; how many; and a
 * folder for the mutants that did not end as they should, with what was said. The same seeds give
 * the same files.
 */
public final class Mutants {
  private static final String END = "";
  private static final String READY = "ready";
  private static final int BUG = 4;
  private static final int STARTING_SECONDS = 120;
  private static final int TOLD_EVERY = 1_000;

  /** What the command does with a mutant, and how long it may take. */
  private enum Way {
    INSPECT(5),
    CHECK(5),
    COMPRESS(60);

    private final int seconds;

    Way(int seconds) {
      this.seconds = seconds;
    }

    String[] arguments(Path file, Path folder) {
      return switch (this) {
        case INSPECT -> new String[] {"inspect", file.toString()};
        case CHECK ->
            new String[] {
              "recipe", "check", folder.resolve("recipe.yaml").toString(), file.toString()
            };
        case COMPRESS ->
            new String[] {
              "compress",
              file.toString(),
              "-o",
              folder.resolve("out.onnx").toString(),
              "--force",
              "--timing",
              "1"
            };
      };
    }
  }

  private final Way way;
  private final long first;
  private final long end;
  private final Path folder;
  private final Map<String, Integer> ends = new TreeMap<>();
  private long again = Long.MIN_VALUE;

  private Mutants(Way way, long first, long count, Path folder) {
    this.way = way;
    this.first = first;
    this.end = first + count;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    boolean child = arguments.length > 0 && arguments[0].equals("--child");
    List<String> rest = List.of(arguments).subList(child ? 1 : 0, arguments.length);
    if (rest.size() != 4) {
      System.err.println("Mutants (inspect|check|compress) FIRST_SEED COUNT FOLDER");
      System.exit(2);
    }
    Mutants run =
        new Mutants(
            Way.valueOf(rest.get(0).toUpperCase(Locale.ROOT)),
            Long.parseLong(rest.get(1)),
            Long.parseLong(rest.get(2)),
            Files.createDirectories(Path.of(rest.get(3))));
    if (child) {
      run.takeAll();
      System.exit(0);
    }
    run.watch();
  }

  /** In the child: takes each mutant, and tells its end in a line of its own. */
  private void takeAll() throws IOException {
    PrintStream told = System.out;
    System.setOut(System.err);
    List<byte[]> seeds = MutationSeeds.files();
    Files.writeString(folder.resolve("recipe.yaml"), recipe());
    take(seeds.getFirst(), new StringWriter()); // what is loaded once counts for no mutant
    told.println(READY);
    for (long seed = first; seed < end; seed++) {
      StringWriter said = new StringWriter();
      int code = take(ModelMutation.mutant(seeds, seed), said);
      if (code == BUG) {
        keep(seed, said.toString());
      }
      told.println(code);
      told.flush();
    }
  }

  private int take(byte[] model, StringWriter said) throws IOException {
    Path file = Files.write(folder.resolve("mutant.onnx"), model);
    PrintWriter writer = new PrintWriter(said);
    return Main.run(Console.plain(writer, writer), way.arguments(file, folder));
  }

  /** Every pass that needs no data, so that a check tries all of them. */
  private static String recipe() {
    List<String> passes =
        List.of(
            "hoist-constants",
            "fold-shapes",
            "fold-constants",
            "remove-identities",
            "merge-duplicates",
            "remove-dead-nodes",
            "fuse-hard-sigmoid",
            "fuse-layer-norm",
            "fuse-skip-layer-norm",
            "fuse-gelu",
            "fuse-residual-gate",
            "fuse-pad",
            "fuse-batch-norm",
            "fuse-affine",
            "fuse-mat-mul-add",
            "push-affine-forward",
            "fuse-linear-convolutions",
            "quantize-dynamic");
    StringBuilder text = new StringBuilder("demitasse: 1\nsteps:\n");
    passes.forEach(pass -> text.append("- pass: ").append(pass).append('\n'));
    return text.toString();
  }

  private void keep(long seed, String said) throws IOException {
    Path mutant = folder.resolve("mutant.onnx");
    if (Files.exists(mutant)) {
      Files.copy(
          mutant,
          Files.createDirectories(folder.resolve("kept")).resolve(way + "-" + seed + ".onnx"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(folder.resolve("kept").resolve(way + "-" + seed + ".txt"), said);
  }

  /** In the parent: starts children until every mutant has had its turn. */
  private void watch() throws IOException, InterruptedException {
    long next = first;
    while (next < end) {
      next = watch(next);
    }
    System.out.println(way + " " + first + " to " + (end - 1) + ": " + ends);
  }

  /** One child, from a seed on; answers the seed that comes after its last. */
  private long watch(long from) throws IOException, InterruptedException {
    Process child = start(from);
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = Thread.ofVirtual().start(() -> read(child, lines));
    String ready = lines.poll(STARTING_SECONDS, TimeUnit.SECONDS);
    if (!READY.equals(ready)) {
      throw new IOException("the child does not start; see " + folder.resolve("child.err"));
    }
    long next = from;
    boolean running = true;
    while (running && next < end) {
      String line = lines.poll(way.seconds, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        child.destroyForcibly();
        next = stopped(next, line == null);
        running = false;
      } else {
        ended(next++, line);
      }
    }
    child.waitFor();
    reader.join();
    return next;
  }

  private static void read(Process child, BlockingQueue<String> lines) {
    try (BufferedReader out = child.inputReader()) {
      out.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      // the child is gone, which the empty line says
    }
    lines.add(END);
  }

  /** A child that was too slow or crashed at a seed; answers the seed to go on with. */
  private long stopped(long seed, boolean slow) throws IOException {
    if (slow && seed != again) {
      again = seed; // something else may have had the processor: one more try decides
      return seed;
    }
    String how = slow ? "slow" : "crash";
    keep(seed, how);
    System.out.println(how + " " + seed);
    ends.merge(how, 1, Integer::sum);
    return seed + 1;
  }

  private void ended(long seed, String code) {
    if (Integer.parseInt(code) == BUG) {
      System.out.println("bug " + seed);
    }
    ends.merge(code, 1, Integer::sum);
    if ((seed - first + 1) % TOLD_EVERY == 0) {
      System.out.println("up to " + seed + ": " + ends);
    }
  }

  private Process start(long from) throws IOException {
    return new JavaCommand(Mutants.class, List.of("-Xmx512m"))
        .with(
            List.of(
                "--child",
                way.name(),
                Long.toString(from),
                Long.toString(end - from),
                folder.toString()))
        .redirectError(folder.resolve("child.err").toFile())
        .start();
  }
}
