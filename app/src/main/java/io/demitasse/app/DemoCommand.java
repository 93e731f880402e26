package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Table;
import io.demitasse.app.demo.Demo;
import io.demitasse.app.demo.DemoFile;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.result.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compresses a real model that comes with the command. */
@Command(
    name = "demo",
    description = {
      "Compresses real models that come with this command.",
      "",
      "Without a name, a bundle of four: three that find, turn and read the text in a picture, and"
          + " one that says what it means. They are judged on rendered pages and lines, and by what"
          + " is found with the text that was read.",
      "A second run replaces what the first has made."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse demo",
      "  demitasse demo --list",
      "  demitasse demo minilm -o somewhere"
    })
final class DemoCommand implements Runnable {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = Candidates.Demos.class,
      description = "Which one. Default: ${DEFAULT-VALUE}")
  private String name = Demo.OCR.name();

  @Option(names = "--list", description = "Show which there are.")
  private boolean list;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where everything goes. Default: ${DEFAULT-VALUE}")
  private Path folder = Path.of("demitasse-demo");

  @Option(names = "--force", description = "Use the folder though it holds something else.")
  private boolean force;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Mixin private final OpenOption open = new OpenOption();

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (list) {
      list();
    } else {
      compress(Demo.named(name), threads.count());
    }
  }

  private void list() {
    Table table = new Table().left("name").left("what it is").left("");
    for (Demo demo : Demo.ALL) {
      boolean present = demo.files().stream().allMatch(DemoFile::isPresent);
      table.row(demo.name(), demo.summary(), present ? "" : "not here");
    }
    console.print(table);
  }

  private void compress(Demo demo, int runWith) {
    Path originals = folder.resolve("original");
    requireOurs(originals);
    demo.files().forEach(file -> file.bring(demo.folderIn(originals)));
    Demitasse job =
        Demitasse.open(demo.modelIn(originals))
            .task(demo.job().task())
            .budget(demo.job().budget())
            .threads(runWith);
    demo.job().options().forEach(option -> job.taskOption(option.name(), option.value()));
    CompressionRun run = new CompressionRun(console, json, new TensorBoardOption());
    Output output = run.compress(job, folder.resolve("small"), true);
    open.show(output.html(), console);
  }

  /** What an earlier demo has made holds the originals; anything else is someone's own. */
  private void requireOurs(Path originals) {
    if (force || Files.exists(originals) || !Files.exists(folder)) {
      return;
    }
    boolean empty;
    try (Stream<Path> files = Files.list(folder)) {
      empty = files.findAny().isEmpty();
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          folder + " is not a folder that can be read: " + Reason.of(e));
    }
    if (!empty) {
      throw DemitasseException.badRequest(
          folder
              + " holds files of another origin. Choose another folder with -o, or use --force.");
    }
  }
}
