package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.result.ModelWriter;
import io.demitasse.zoo.Zoo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a model of a known architecture. */
@Command(
    name = "new",
    description = {
      "Makes a model of a known architecture, with random weights.",
      "",
      "Such models have the size and the work of the real ones: for tests, for trials of what a"
          + " compression may gain, and to be trained. The same seed gives the same bytes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse new resnet-50 -o resnet.onnx",
      "      at the size that its authors published",
      "  demitasse new bert-base -o small.onnx --set layers=4 --set width=384",
      "      at another size; 'demitasse new bert-base' shows what can be set",
      "  demitasse new clip -o clip",
      "      a bundle of two models, in a folder",
    })
final class NewCommand implements Runnable {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = Candidates.Architectures.class,
      description = "The architecture; without one, all are listed.")
  private @Nullable String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description =
          "X.onnx; any other name becomes a folder. Nothing is replaced. Without it, the settings"
              + " of the architecture are shown.")
  private @Nullable Path output;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "Another value for a setting. May be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the weights. Default: ${DEFAULT-VALUE}.")
  private long seed = 7;

  private final Console console;

  NewCommand(Console console) {
    this.console = console;
  }

  /** Help ends with what there is, which is looked up only when somebody reads it. */
  @Spec
  void describe(CommandSpec spec) {
    spec.usageMessage()
        .sectionMap()
        .put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> help.footer() + Architectures.text());
  }

  @Override
  public void run() {
    if (name == null) {
      requireNoOutput();
      console.print(Architectures.text().strip());
      return;
    }
    Zoo.Entry entry = Zoo.named(name).with(settings);
    if (output == null) {
      explain(entry);
    } else {
      make(entry, output);
    }
  }

  private void requireNoOutput() {
    if (output != null || !settings.isEmpty()) {
      throw DemitasseException.badRequest(
          "Name an architecture to make. 'demitasse new' lists them.");
    }
  }

  private void explain(Zoo.Entry entry) {
    console.print(
        console.bold(entry.name())
            + ": "
            + entry.summary()
            + ", "
            + Figures.count(entry.parameters())
            + " parameters");
    console.section("Settings");
    Table table = new Table().left("setting").left("value").left("what it is");
    entry.choices().forEach(each -> table.row(each.name(), each.value(), each.doc()));
    console.print(table);
    console.print("");
    console.print("-o OUT writes it, and --set SETTING=VALUE changes it before.");
  }

  private void make(Zoo.Entry entry, Path file) {
    ModelWriter writer = new ModelWriter(file, entry.architecture().manifest());
    writer.requireFree();
    Bundle bundle = entry.architecture().build(seed);
    ModelFormat.WriteOptions usual = ModelFormat.WriteOptions.DEFAULT;
    Map<String, Path> made =
        writer.write(
            bundle,
            Ports.find().format(),
            new ModelFormat.WriteOptions(
                usual.externalData(), Runtime.getRuntime().availableProcessors()));
    made.values().forEach(each -> console.note("Wrote " + each));
    console.note(
        "It has "
            + Figures.rough(entry.parameters())
            + " random parameters. 'demitasse inspect "
            + file
            + "' shows what is in it.");
  }
}
