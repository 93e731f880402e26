package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BoundedRuntime;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime.SessionOptions;
import io.demitasse.report.Json;
import io.demitasse.source.FolderContents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model consists of, and where its time goes. */
@Command(
    name = "inspect",
    description = "Shows inputs, outputs, weights, work and operators of a model or a bundle.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse inspect model.onnx",
      "      what is in it, and what one run takes at shapes of usual size",
      "  demitasse inspect model.onnx --shape batch=8,seq=64 --profile",
      "      the work at these sizes, and the measured time of nodes and operators",
      "  demitasse inspect model.onnx --json",
      "      everything for programs",
      "  demitasse inspect folder --init",
      "      write folder/bundle.yaml: what the models of a folder are to each other",
      "  demitasse inspect --schema > bundle.schema.json",
      "      for editors, which then check and complete a bundle.yaml"
    })
final class InspectCommand implements Runnable {
  @Parameters(paramLabel = "MODEL", description = "An ONNX file, or a folder of one or several.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path path;

  @Mixin private final ShapeOption shape = new ShapeOption();

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "How many of the heaviest layers to show. Default: 10.")
  private int layers = 10;

  @Option(names = "--profile", description = "Run the model and show where its time goes.")
  private boolean profile;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Mixin private final MemoryOption memory = new MemoryOption();

  @Option(names = "--init", description = "Write the bundle.yaml of a folder that has none.")
  private boolean init;

  @Option(names = "--force", description = "With --init: replace the bundle.yaml there is.")
  private boolean force;

  @Option(
      names = "--schema",
      help = true, // asks for no MODEL
      description = "Print the JSON Schema of bundle.yaml, and nothing else.")
  private boolean schema;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Console console;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (schema) {
      console.print(Manifests.schema().stripTrailing());
    } else {
      inspect();
    }
  }

  private void inspect() {
    int runWith = threads.count();
    if (layers < 0) {
      throw DemitasseException.badRequest("--layers takes at least 0, got " + layers + ".");
    }
    if (init) {
      new BundleInit(console, path).write(force);
    }
    if (Files.isDirectory(path)) {
      inspectBundle(runWith);
    } else {
      Inspection inspection = inspection(path, runWith);
      if (json) {
        console.print(Json.text(inspection));
      } else {
        show(inspection);
      }
    }
  }

  private void inspectBundle(int runWith) {
    FolderContents contents = Demitasse.folder(path).contents();
    if (isUndescribed(contents)) {
      showUndescribed(contents);
      return;
    }
    Map<String, Inspection> parts = new LinkedHashMap<>();
    Manifest manifest = Demitasse.folder(path).manifest();
    manifest
        .parts()
        .forEach((name, part) -> parts.put(name, inspection(path.resolve(part.file()), runWith)));
    if (json) {
      console.print(Json.text(parts));
      return;
    }
    if (!Files.exists(path.resolve(Manifest.FILE))) {
      parts.values().forEach(this::show);
      new FolderView(console, path).companions(contents.companions());
      return;
    }
    parts.forEach(
        (name, inspection) -> {
          console.section(String.format(Locale.ROOT, "Part '%s'", name));
          show(inspection);
        });
    showTogether(manifest);
  }

  /** Whether there are several models and nobody says what they are to each other. */
  private boolean isUndescribed(FolderContents contents) {
    boolean one =
        contents.proposal().filter(each -> each.program().equals(Manifest.SINGLE)).isPresent();
    return contents.models().size() > 1 && !one && !Files.exists(path.resolve(Manifest.FILE));
  }

  private void showUndescribed(FolderContents contents) {
    if (json) {
      console.print(Json.text(FolderView.data(contents)));
    } else {
      new FolderView(console, path).show(contents);
    }
  }

  private void showTogether(Manifest manifest) {
    Map<String, Path> models = new LinkedHashMap<>();
    manifest.parts().forEach((name, part) -> models.put(name, path.resolve(part.file())));
    BundleFiles files = BundleFiles.of(Ports.find().format(), models);
    console.section("All parts: " + Figures.bytes(files.bytes()));
    files.all().forEach(file -> console.print("  " + file.getFileName()));
    if (files.sharedBytes() > 0) {
      console.print(
          String.format(
              Locale.ROOT,
              "  %s are read by several parts and counted once",
              Figures.bytes(files.sharedBytes())));
    }
  }

  private Inspection inspection(Path file, int runWith) {
    Memory allowed = memory.memory();
    Ports ports = BoundedRuntime.bound(Ports.find(), allowed);
    Model model = ports.format().read(file);
    if (!profile) {
      return Inspection.of(file, model, shape.only(model), allowed);
    }
    Workload workload =
        shape.workload(
            model, allowed, () -> ports.runtime().open(file, SessionOptions.of(runWith)));
    return Inspection.of(file, model, workload)
        .with(List.of(Profile.of(ports.runtime(), file, workload, runWith)));
  }

  private void show(Inspection inspection) {
    InspectionView view = new InspectionView(console);
    view.show(inspection, layers);
    inspection.profiles().forEach(each -> view.show(each, layers));
  }
}
