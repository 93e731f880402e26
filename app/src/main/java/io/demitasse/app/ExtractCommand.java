package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.result.ModelWriter;
import io.demitasse.rewrite.Extraction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a part out of a model. */
@Command(
    name = "extract",
    description = {
      "Makes a model that gives only some values of another one, such as the features of a backbone"
          + " without its head.",
      "",
      "What it gives is bit for bit what the whole model computes there; nodes, weights and inputs"
          + " that only others needed are gone. This is no compression but comes before one: the"
          + " new model is the original that 'compress' compares with."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse extract model.onnx embedding -o encoder.onnx",
      "      one of the outputs, without what the others need",
      "  demitasse extract vit.onnx /norm/Add_1_output_0=features -o backbone.onnx",
      "      a value inside the model, as an output 'features'",
    })
final class ExtractCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "VALUE[=NAME]",
      description =
          "An output of the model or a value inside it, and the name it is to have as an output."
              + " Without one, the outputs are listed.")
  private List<String> values = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "X.onnx, or a name that becomes a folder. Nothing is replaced.")
  private @Nullable Path output;

  private final Console console;

  ExtractCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Ports ports = Ports.find();
    Path file = OneModel.of(model);
    if (values.isEmpty() || output == null) {
      throw DemitasseException.badRequest(
          "Name the values to keep, and where to write: demitasse extract "
              + model
              + " VALUE -o OUT. The outputs of this model are "
              + told(ports.format().read(file))
              + ".");
    }
    ModelWriter writer = new ModelWriter(output, Manifest.single("model.onnx"));
    writer.requireFree();
    Model whole = ports.format().read(file);
    Model part = new Extraction(outputs(whole)).of(whole);
    writer.write(
        Bundle.of(part),
        ports.format(),
        new ModelFormat.WriteOptions(
            ModelFormat.WriteOptions.DEFAULT.externalData(),
            Runtime.getRuntime().availableProcessors()));
    console.note(
        String.format(
            Locale.ROOT,
            "Wrote %s with %s: %,d of %,d nodes. 'demitasse compress %s -o OUT' makes it small.",
            output,
            told(part),
            part.graph().nodeCount(),
            whole.graph().nodeCount(),
            output));
  }

  /** A name may hold an equals sign itself. */
  private Map<String, String> outputs(Model whole) {
    Map<String, String> outputs = new LinkedHashMap<>();
    for (String value : values) {
      int equals = whole.graph().find(value) == null ? value.lastIndexOf('=') : -1;
      String name = equals < 0 ? value : value.substring(0, equals);
      if (outputs.put(name, equals < 0 ? value : value.substring(equals + 1)) != null) {
        throw DemitasseException.badRequest("The value '" + name + "' is named twice.");
      }
    }
    return outputs;
  }

  private static String told(Model model) {
    return model.graph().outputs().stream().map(Value::toString).collect(Collectors.joining(", "));
  }
}
