package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compresses a real model that comes with the command. */
@Command(
    name = "demo",
    description = {
      "Compresses all-minilm-l6-v2, a text encoder that comes with this command.",
      "",
      "It is judged by 1,025 built-in search queries: at most two points of recall may be lost.",
      "A second run replaces what the first has made."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  demitasse demo", "  demitasse demo -o somewhere"})
final class DemoCommand implements Runnable {
  private static final String MODEL = "all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where everything goes. Default: ${DEFAULT-VALUE}")
  private Path folder = Path.of("demitasse-demo");

  @Option(names = "--force", description = "Use the folder though it holds something else.")
  private boolean force;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    int runWith = threads.count();
    Path originals = folder.resolve("original");
    requireOurs(originals.resolve(MODEL));
    extract(MODEL, originals);
    extract(TOKENIZER, originals);
    Demitasse job =
        Demitasse.open(originals.resolve(MODEL))
            .task("retrieval")
            .budget("drop<=2%")
            .threads(runWith);
    new CompressionRun(console, json).compress(job, folder, true);
  }

  /** What an earlier demo has made holds the original; anything else is someone's own. */
  private void requireOurs(Path original) {
    if (force || Files.exists(original) || !Files.exists(folder)) {
      return;
    }
    boolean empty;
    try (Stream<Path> files = Files.list(folder)) {
      empty = files.findAny().isEmpty();
    } catch (IOException e) {
      throw DemitasseException.badRequest(folder + " is no folder that can be read: " + e);
    }
    if (!empty) {
      throw DemitasseException.badRequest(
          folder
              + " holds files of another origin. Choose another folder with -o, or use --force.");
    }
  }

  private static void extract(String name, Path originals) {
    Path file = originals.resolve(name);
    Path part = originals.resolve("." + name + ".part");
    try (InputStream resource = DemoCommand.class.getResourceAsStream("/" + name)) {
      if (resource == null) {
        throw DemitasseException.backendFailed(name + " is missing on the class path.", null);
      }
      Files.createDirectories(originals);
      Files.copy(resource, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot write " + file + ": " + e, e);
    }
  }
}
