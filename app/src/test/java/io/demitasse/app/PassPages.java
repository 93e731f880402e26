package io.demitasse.app;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.Catalogue;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pages of {@code docs/passes}: one for each pass, from its declaration and its source. */
final class PassPages {
  private final Path project;

  PassPages(Path project) {
    this.project = project;
  }

  /** The text of every page by file name, the index among them. */
  Map<String, String> all() throws IOException {
    Map<String, String> pages = new TreeMap<>();
    for (Class<? extends Pass> pass : Catalogue.PASSES) {
      pages.put(PassOptions.name(pass) + ".md", page(pass));
    }
    pages.put("README.md", index());
    return pages;
  }

  private static String index() {
    StringBuilder index = new StringBuilder("# Passes\n\n");
    index.append("| pass | family | effect | what it does |\n|---|---|---|---|\n");
    for (Class<? extends Pass> pass : Catalogue.PASSES) {
      String name = PassOptions.name(pass);
      index.append(
          "| [%s](%s.md) | %s | %s | %s |\n"
              .formatted(
                  name,
                  name,
                  PassesCommand.family(pass),
                  effect(pass),
                  cell(PassOptions.info(pass).summary())));
    }
    return index
        + "\n"
        + "These pages are made from the code: change the code and let `PassPagesTest` write"
        + " them.\n";
  }

  private String page(Class<? extends Pass> pass) throws IOException {
    PassInfo info = PassOptions.info(pass);
    return """
    # %s

    %s

    | | |
    |---|---|
    | family | %s |
    | effect | %s |
    | needs opset | %d |
    | needs ports | %s |
    | needs samples of real data | %s |

    ## Options

    %s
    ## In a recipe

    ```yaml
    %s```

    [All passes](README.md), [source](../../%s)
    """
        .formatted(
            PassOptions.name(pass),
            PassSource.markdown(project, pass),
            PassesCommand.family(pass),
            effect(pass),
            info.minimumOpset(),
            ports(info),
            info.needsData() ? "yes" : "no",
            options(PassOptions.declared(pass)),
            step(pass),
            PassSource.file(pass));
  }

  private static String ports(PassInfo info) {
    List<String> ports = PassesCommand.ports(info);
    return ports.isEmpty() ? "none" : String.join(", ", ports);
  }

  private static String effect(Class<? extends Pass> pass) {
    return PassOptions.info(pass).effect().text();
  }

  private static String options(List<PassOptions.Declared> declared) {
    if (declared.isEmpty()) {
      return "It has none.\n";
    }
    StringBuilder table =
        new StringBuilder("| option | default | values | what it does |\n|---|---|---|---|\n");
    for (PassOptions.Declared option : declared) {
      String usual = option.option().value();
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  option.name(),
                  usual.isEmpty() ? "none" : "`" + usual + "`",
                  cell(PassesCommand.values(option)),
                  cell(option.option().doc())));
    }
    return table.toString();
  }

  /** A pipe would end the cell. */
  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /** The pass with its options as a step, as recipes are written. */
  private static String step(Class<? extends Pass> pass) {
    Recipe recipe =
        Recipes.parse("demitasse: 1\nsteps:\n- pass: " + PassOptions.name(pass), "page");
    String text = Recipes.text(recipe);
    return text.substring(text.indexOf("steps:"));
  }
}
