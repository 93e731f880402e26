package io.demitasse.app;

import io.demitasse.Compressed;
import io.demitasse.Output;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Table;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What to do with a result: the last words of a run. */
record NextSteps(Console console) {
  private static final String RUNTIME_DOMAIN = "com.microsoft";

  /**
   * @param output where the result is; its page is named last, as a link that terminals let people
   *     press
   */
  void show(Compressed compressed, Output output) {
    console.section("Next");
    Table table = new Table().left("").left("");
    Bundle bundle = compressed.bundle();
    Path file = output.model();
    table.row(
        "load it", "OrtEnvironment.getEnvironment().createSession(" + path(file, bundle) + ")");
    table.row("", needs(bundle));
    if (!compressed.advice().isEmpty()) {
      table.row("be surer", compressed.advice());
    }
    table.row("read why", output.html().toUri().toString());
    console.print(table);
  }

  private static String path(Path result, Bundle bundle) {
    boolean single = bundle.parts().keySet().equals(Set.of(Bundle.SINGLE));
    Path file = single && Files.isDirectory(result) ? modelIn(result) : result;
    String quoted = '"' + file.toString().replace("\\", "\\\\") + '"';
    return single ? quoted : quoted + " + \"/\" + the file of a part";
  }

  private static Path modelIn(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).findFirst().orElse(folder);
    } catch (IOException e) {
      return folder;
    }
  }

  private static String needs(Bundle bundle) {
    Set<String> own = ownOperators(bundle);
    return own.isEmpty()
        ? "It has operators of ONNX alone: any runtime of its opset loads it."
        : "It needs ONNX Runtime, in any language: "
            + String.join(", ", own)
            + " are its own operators.";
  }

  /** Operators that only ONNX Runtime has. */
  private static Set<String> ownOperators(Bundle bundle) {
    Set<String> own = new TreeSet<>();
    for (Model model : bundle.parts().values()) {
      model.forEachNode(
          node -> {
            if (node.domain().equals(RUNTIME_DOMAIN)) {
              own.add(node.opType());
            }
          });
    }
    return own;
  }
}
