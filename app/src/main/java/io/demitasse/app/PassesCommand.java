package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Table;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.Catalogue;
import io.demitasse.report.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what passes declare of themselves. */
@Command(
    name = "passes",
    description = "Lists every pass with its options, as recipes spell them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse passes                    all passes, one line each",
      "  demitasse passes quantize-dynamic   one pass with its options",
      "  demitasse passes --json             the same for programs"
    })
final class PassesCommand implements Runnable {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = Candidates.Passes.class,
      description = "The pass to explain.")
  private @Nullable String name;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Console console;

  PassesCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    List<Class<? extends Pass>> passes = chosen();
    if (json) {
      console.print(Json.text(passes.stream().map(PassesCommand::data).toList()));
    } else if (name != null) {
      explain(passes.getFirst());
    } else {
      list(passes);
    }
  }

  private List<Class<? extends Pass>> chosen() {
    String wanted = name;
    if (wanted == null) {
      return List.copyOf(Catalogue.all().values());
    }
    Class<? extends Pass> pass =
        Catalogue.find(wanted)
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "there is no pass '"
                            + wanted
                            + "'"
                            + Nearest.suggestion(wanted, Catalogue.all().keySet(), ";")
                            + " 'demitasse passes' lists them all."));
    return List.of(pass);
  }

  private void list(List<Class<? extends Pass>> passes) {
    Map<String, List<Class<? extends Pass>>> families = new LinkedHashMap<>();
    passes.forEach(
        pass -> families.computeIfAbsent(family(pass), key -> new ArrayList<>()).add(pass));
    families.forEach(
        (family, members) -> {
          console.section(family);
          Table table = new Table().left("").left("").left("");
          members.forEach(
              pass ->
                  table.row(
                      PassOptions.name(pass), effect(pass), PassOptions.info(pass).summary()));
          console.print(table);
        });
    console.print("");
    console.print("'demitasse passes NAME' shows the options of a pass.");
  }

  private void explain(Class<? extends Pass> pass) {
    PassInfo info = PassOptions.info(pass);
    console.print(console.bold(PassOptions.name(pass)) + ": " + info.summary() + ".");
    Table facts = new Table().left("").left("");
    facts.row("family", family(pass));
    facts.row("effect", info.effect().text());
    facts.row("needs opset", String.valueOf(info.minimumOpset()));
    facts.row("needs ports", ports(info).isEmpty() ? "none" : String.join(", ", ports(info)));
    facts.row("needs data", info.needsData() ? "yes" : "no");
    console.print(facts);
    options(PassOptions.declared(pass));
    console.section("In a recipe");
    console.print("  demitasse: 1");
    console.print("  steps:");
    console.print("    - pass: " + PassOptions.name(pass));
  }

  private void options(List<PassOptions.Declared> declared) {
    if (declared.isEmpty()) {
      console.print("");
      console.print("It has no options.");
      return;
    }
    console.section("Options");
    Table table = new Table().left("option").left("default").left("values").left("what it does");
    declared.forEach(
        option ->
            table.row(
                option.name(),
                option.option().value().isEmpty() ? "none" : option.option().value(),
                values(option),
                option.option().doc()));
    console.print(table);
  }

  static String values(PassOptions.Declared option) {
    String unit = option.option().unit();
    return option.choices().isEmpty()
        ? type(option) + (unit.isEmpty() ? "" : " (" + unit + ")")
        : String.join(" | ", option.choices());
  }

  private static String type(PassOptions.Declared option) {
    return switch (option.type().getSimpleName()) {
      case "boolean" -> "true | false";
      case "int", "long" -> "whole number";
      case "double" -> "number";
      case "List" -> "list of text";
      default -> "text";
    };
  }

  private static Map<String, Object> data(Class<? extends Pass> pass) {
    PassInfo info = PassOptions.info(pass);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", PassOptions.name(pass));
    data.put("family", family(pass));
    data.put("summary", info.summary());
    data.put("effect", effect(pass));
    data.put("minimumOpset", info.minimumOpset());
    data.put("needs", ports(info));
    data.put("needsData", info.needsData());
    data.put("options", PassOptions.declared(pass).stream().map(PassesCommand::data).toList());
    return data;
  }

  private static Map<String, Object> data(PassOptions.Declared option) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", option.name());
    data.put("doc", option.option().doc());
    data.put("default", option.option().value());
    data.put("unit", option.option().unit());
    data.put("type", option.type().isEnum() ? "choice" : type(option));
    data.put("choices", option.choices());
    data.put("search", List.of(option.option().search()));
    return data;
  }

  static List<String> ports(PassInfo info) {
    return Arrays.stream(info.needs()).map(Class::getSimpleName).toList();
  }

  static String family(Class<? extends Pass> pass) {
    String packageName = pass.getPackageName();
    return packageName.substring(packageName.lastIndexOf('.') + 1);
  }

  private static String effect(Class<? extends Pass> pass) {
    return PassOptions.info(pass).effect().name().toLowerCase(Locale.ROOT);
  }
}
