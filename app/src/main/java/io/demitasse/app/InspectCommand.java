package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.port.Ports;
import io.demitasse.report.Json;
import io.demitasse.report.Report.Count;
import io.demitasse.report.Report.Stored;
import io.demitasse.report.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model consists of. */
@Command(
    name = "inspect",
    description = "Shows inputs, outputs, weights and operators of a model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse inspect model.onnx           the summary",
      "  demitasse inspect model.onnx --json    the same for programs"
    })
final class InspectCommand implements Runnable {
  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path path;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Console console;

  InspectCommand(Console console) {
    this.console = console;
  }

  /** An input or output as a person would write it. */
  record Port(String name, String type) {}

  /** What is shown. */
  record Inspection(String file, List<Port> inputs, List<Port> outputs, Stored stored) {}

  @Override
  public void run() {
    Model model = Ports.find().format().read(path);
    Inspection inspection =
        new Inspection(
            String.valueOf(path.getFileName()),
            ports(model.graph().inputs().stream().filter(v -> v.initializer() == null).toList()),
            ports(model.graph().outputs()),
            Stores.of(model, "", size()));
    if (json) {
      console.print(Json.text(inspection));
    } else {
      show(inspection, model);
    }
  }

  private long size() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Port> ports(List<Value> values) {
    return values.stream().map(value -> new Port(value.name(), type(value.type()))).toList();
  }

  private static String type(@Nullable ValueType type) {
    return type == null ? "?" : type.toString();
  }

  private void show(Inspection inspection, Model model) {
    Stored stored = inspection.stored();
    console.print(
        "%s  %s, opset %d, made by %s %s"
            .formatted(
                console.bold(inspection.file()),
                Figures.bytes(stored.fileBytes()),
                stored.opset(),
                model.producerName().isEmpty() ? "an unnamed program" : model.producerName(),
                model.producerVersion())
            .strip());
    console.section("Inputs");
    show(inspection.inputs());
    console.section("Outputs");
    show(inspection.outputs());
    console.section("Weights: " + Figures.count(stored.parameters()) + " parameters");
    long bytes = stored.bytesByType().stream().mapToLong(Count::count).sum();
    Table types = new Table().left("type").right("bytes").right("share");
    stored
        .bytesByType()
        .forEach(
            type ->
                types.row(
                    type.name(),
                    Figures.bytes(type.count()),
                    Figures.percent((double) type.count() / bytes)));
    console.print(types);
    console.section("Operators");
    Table operators = new Table().left("operator").right("nodes");
    stored.operators().forEach(count -> operators.row(count.name(), Figures.count(count.count())));
    console.print(operators);
  }

  private void show(List<Port> ports) {
    Table table = new Table().left("").left("");
    ports.forEach(port -> table.row(port.name(), port.type()));
    console.print(table);
  }
}
