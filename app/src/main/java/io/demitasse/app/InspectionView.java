package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A model as people know it from summaries in a terminal. */
record InspectionView(Console console) {

  void show(Inspection inspection, int layers) {
    Inspection.ModelFile file = inspection.file();
    String maker = file.producer().isEmpty() ? "" : ", made by " + file.producer();
    console.print(
        String.format(
            Locale.ROOT,
            "%s  %s, opset %d, IR %d%s",
            console.bold(file.name()),
            Figures.bytes(file.bytes()),
            file.opset(),
            file.irVersion(),
            maker));
    ports("Inputs", inspection.inputs());
    ports("Outputs", inspection.outputs());
    weights(inspection.weights());
    work(inspection);
    operators(inspection.nodes());
    heaviest(inspection.nodes(), layers);
    unknown(inspection.nodes().unknown());
  }

  private void ports(String title, List<Inspection.Port> ports) {
    console.section(title);
    Table table = new Table().left("").left("").left("");
    ports.forEach(port -> table.row(port.name(), port.type(), "here " + port.sizes()));
    console.print(table);
  }

  private void weights(Inspection.Weights weights) {
    console.section(
        String.format(
            Locale.ROOT,
            "Weights: %s parameters, %s",
            Figures.count(weights.parameters()),
            Figures.bytes(weights.bytes())));
    Table table = new Table().left("").right("").right("");
    weights
        .bytesByType()
        .forEach(
            (type, bytes) ->
                table.row(
                    type, Figures.bytes(bytes), Figures.percent((double) bytes / weights.bytes())));
    console.print(table);
    if (weights.archiveBytes() > 0) {
      console.print("  " + ReportView.zeros(weights.zeroShare(), weights.archiveBytes()));
    }
  }

  private void work(Inspection inspection) {
    console.section("One run at the sizes above");
    Table table = new Table().left("").right("");
    table.row("multiply-accumulates", Figures.rough(inspection.work().multiplyAccumulates()));
    table.row("activation memory", Figures.bytes(inspection.work().peakActivationBytes()));
    console.print(table);
    List<String> gaps = inspection.work().gaps();
    if (!gaps.isEmpty()) {
      console.print("  Not in these numbers:");
      gaps.stream().limit(GAPS).forEach(gap -> console.print("    " + gap));
      if (gaps.size() > GAPS) {
        console.print("    and " + (gaps.size() - GAPS) + " more");
      }
    }
  }

  private static final int GAPS = 5;

  private void operators(Inspection.Nodes nodes) {
    console.section("Operators");
    Table table =
        new Table()
            .left("operator")
            .right("nodes")
            .right("parameters")
            .right("weights")
            .right("mult-adds");
    nodes
        .operators()
        .forEach(
            row ->
                table.row(
                    row.operator(),
                    Figures.count(row.count()),
                    countOrNothing(row.parameters()),
                    row.weights() == 0 ? "" : Figures.bytes(row.weights()),
                    roughOrNothing(row.multiplyAccumulates())));
    console.print(table);
  }

  private void heaviest(Inspection.Nodes nodes, int count) {
    List<Inspection.Layer> heaviest =
        nodes.layers().stream()
            .sorted(
                Comparator.comparingLong(Inspection.Layer::weightBytes)
                    .thenComparing(Inspection.Layer::multiplyAccumulates)
                    .reversed())
            .limit(count)
            .toList();
    if (heaviest.isEmpty()) {
      return;
    }
    console.section(
        String.format(
            Locale.ROOT, "Heaviest layers (%d of %d)", heaviest.size(), nodes.layers().size()));
    Table table =
        new Table()
            .left("layer")
            .left("operator")
            .left("output")
            .right("parameters")
            .right("weights")
            .right("mult-adds");
    heaviest.forEach(
        layer ->
            table.row(
                layer.node(),
                layer.operator(),
                layer.output(),
                countOrNothing(layer.parameters()),
                Figures.bytes(layer.weightBytes()),
                roughOrNothing(layer.multiplyAccumulates())));
    console.print(table);
  }

  private void unknown(List<String> operators) {
    if (!operators.isEmpty()) {
      console.section("Unknown operators");
      operators.forEach(operator -> console.print("  " + operator));
      console.print("  They are left alone, and so is what depends on them.");
    }
  }

  void show(Profile profile, int nodes) {
    console.section(
        String.format(
            Locale.ROOT,
            "Time at %s, %s: %s a run",
            profile.inputs(),
            ReportView.threads(profile.threads()),
            Figures.milliseconds(profile.milliseconds())));
    times("operator", profile.operators(), profile.operators().size());
    console.section("Slowest nodes");
    times("node", profile.nodes(), nodes);
  }

  private void times(String what, List<Profile.Time> times, int count) {
    double total = times.stream().mapToDouble(Profile.Time::milliseconds).sum();
    Table table = new Table().left(what).left("").right("a run").right("share").right("calls");
    times.stream()
        .limit(count)
        .forEach(
            time ->
                table.row(
                    time.name(),
                    time.operator(),
                    Figures.milliseconds(time.milliseconds()),
                    Figures.percent(time.milliseconds() / total),
                    Figures.count(time.callsPerRun())));
    console.print(table);
  }

  private static String countOrNothing(long number) {
    return number == 0 ? "" : Figures.count(number);
  }

  private static String roughOrNothing(long number) {
    return number == 0 ? "" : Figures.rough(number);
  }
}
