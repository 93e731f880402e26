package io.demitasse.app;

import com.sun.management.OperatingSystemMXBean;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.cost.Processor;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.port.Ports;
import io.demitasse.report.Json;
import io.demitasse.report.Version;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what this machine brings, and what that means for number formats. */
@Command(
    name = "doctor",
    description =
        "Checks Java, processor, memory and runtime, and says what they mean for formats.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse doctor            before the first run, and with every bug report",
      "  demitasse doctor --json     the same for programs",
      "  demitasse doctor --kernels  what operators take here in each number format"
    })
final class DoctorCommand implements Runnable {
  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--kernels",
      description = {
        "Print what operators take on this machine in float and in the formats that passes write,"
            + " instead. What was not measured yet is measured, and kept for 'compress'."
      })
  private boolean kernels;

  @Option(names = "--again", description = "With --kernels: measure also what was measured before.")
  private boolean again;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  private final Console console;

  DoctorCommand(Console console) {
    this.console = console;
  }

  /** What was found. */
  record Findings(
      Map<String, String> versions,
      Processor processor,
      int processors,
      long memoryBytes,
      long heapBytes) {}

  @Override
  public void run() {
    if (kernels) {
      new KernelView(console, json).show(threads.count(), again);
      return;
    }
    if (again) {
      throw DemitasseException.badRequest(
          "--again measures kernels again: give it together with --kernels.");
    }
    Findings found = findings();
    if (json) {
      console.print(Json.text(found));
      return;
    }
    Table table = new Table().left("").left("");
    found.versions().forEach((what, version) -> table.row(what, version));
    table.row("processor", found.processor().name());
    table.row("", found.processors() + " processors, " + found.processor().architecture());
    table.row("memory", Figures.bytes(found.memoryBytes()));
    table.row("heap limit", Figures.bytes(found.heapBytes()));
    console.print(table);
    console.section("Processor features");
    console.print(features(found.processor()));
    console.section("What that means");
    found.processor().advice().forEach(sentence -> console.print("  " + sentence));
  }

  private static Table features(Processor processor) {
    Table table = new Table().left("").left("");
    if (!processor.known()) {
      table.row("unknown", "this system does not tell");
    }
    processor.features().forEach((name, present) -> table.row(name, present ? "yes" : "no"));
    return table;
  }

  private static Findings findings() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("demitasse", Version.TEXT);
    versions.put(
        "java", Runtime.version() + ", " + System.getProperty("java.vendor") + ", " + vmName());
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    versions.put("runtime", runtime());
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Findings(
        versions,
        Processor.detect(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        Runtime.getRuntime().maxMemory());
  }

  private static String vmName() {
    return System.getProperty("java.vm.name", "");
  }

  /** A broken runtime is a finding here, not a failure. */
  private static String runtime() {
    try {
      return Ports.find().runtime().version();
    } catch (DemitasseException | LinkageError e) {
      return "cannot be loaded: " + Reason.of(e);
    }
  }
}
