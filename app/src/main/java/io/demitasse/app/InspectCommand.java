package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.port.Ports;
import io.demitasse.report.Json;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model consists of, and where its time goes. */
@Command(
    name = "inspect",
    description = "Shows inputs, outputs, weights, work and operators of a model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse inspect model.onnx",
      "      what is in it, and what one run takes at shapes of usual size",
      "  demitasse inspect model.onnx --shape batch=8,seq=64 --profile",
      "      the work at these sizes, and the measured time of nodes and operators",
      "  demitasse inspect model.onnx --json",
      "      everything for programs"
    })
final class InspectCommand implements Runnable {
  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
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

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Console console;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    int runWith = threads.count();
    if (layers < 0) {
      throw DemitasseException.badRequest("--layers takes at least 0, got " + layers + ".");
    }
    Ports ports = Ports.find();
    Model model = ports.format().read(path);
    Inspection inspection = Inspection.of(path, model, shape.only(model));
    List<Profile> profiles =
        profile
            ? List.of(Profile.of(ports.runtime(), path, shape.workload(model), runWith))
            : List.of();
    if (json) {
      console.print(Json.text(inspection.with(profiles)));
      return;
    }
    InspectionView view = new InspectionView(console);
    view.show(inspection, layers);
    profiles.forEach(each -> view.show(each, layers));
  }
}
