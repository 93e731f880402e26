package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Gives the short answers once, to nobody. The launcher runs it to learn which classes they take,
 * and keeps these ready for the next start.
 */
final class CdsTraining {
  private static final String MODEL =
      """
      ir 8, opset 17
      graph g(x: float[batch,4]) -> (y: float[...]) {
        w = float[4,4] ~ 1
        y = MatMul(x, w)
      }
      """;

  private CdsTraining() {}

  /**
   * Takes no arguments, prints nothing and leaves nothing behind.
   *
   * @throws IOException when there is no place for a small model
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("demitasse-rehearsal");
    Path model = folder.resolve("model.onnx");
    try {
      Ports.find().format().write(TextGraph.parse(MODEL), model, ModelFormat.WriteOptions.DEFAULT);
      Console.system(); // asks whether a terminal is there, as every command does
      run();
      run("--help");
      run("compress", "--help");
      run("compres");
      run("passes");
      run("passes", "quantize-dynamic", "--json");
      run("recipe", "list");
      run("recipe", "check", "exact");
      run("recipe", "show", "exact");
      run("inspect", model.toString());
      run("inspect", model.toString(), "--json");
    } finally {
      Files.deleteIfExists(model);
      Files.deleteIfExists(folder);
    }
  }

  private static void run(String... command) {
    PrintWriter nobody = new PrintWriter(Writer.nullWriter());
    Main.run(Console.plain(nobody, nobody), command);
  }
}
