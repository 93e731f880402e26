package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.TextGraph;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights that lose their end while they are read make a bad model, and never end the process. */
final class TruncationTest {
  private static final String MODEL =
      """
      ir 8, opset 17

      graph g(x: float[1,512]) -> (y: float[1,512]) {
        w = float[512,512] ~ 1
        same = float[512,512] ~ 1
        u = MatMul(x, w)
        v = MatMul(u, same)
        y = Relu(v)
      }
      """;

  @TempDir private Path folder;

  /** When the file is cut. */
  enum Moment {
    BEFORE_THE_WORK,
    WHILE_STEPS_ARE_TRIED,
    BEFORE_THE_WRITING
  }

  /** The process that would end if the fault were not caught. */
  static final class Compressing {
    private Compressing() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      Moment moment = Moment.valueOf(arguments[1]);
      Demitasse job =
          Demitasse.open(folder.resolve("m.onnx"))
              .recipe(Recipes.read(folder.resolve("recipe.yaml")))
              .events(
                  event -> {
                    if (moment == Moment.WHILE_STEPS_ARE_TRIED && event instanceof Event.Started) {
                      cut(folder);
                    }
                  });
      if (moment == Moment.BEFORE_THE_WORK) {
        cut(folder);
      }
      try (Compressed compressed = job.compress()) {
        if (moment == Moment.BEFORE_THE_WRITING) {
          cut(folder);
        }
        compressed.writeTo(folder.resolve("small"));
        System.out.println("nobody noticed");
      } catch (DemitasseException e) {
        System.out.println(e.kind() + " " + e.getMessage());
      }
    }

    private static void cut(Path folder) {
      try (FileChannel data =
          FileChannel.open(folder.resolve("m.onnx.data"), StandardOpenOption.WRITE)) {
        data.truncate(4096);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isABadModelThatNamesTheFile(Moment moment) throws Exception {
    Path model = folder.resolve("m.onnx");
    WriteOptions beside = new WriteOptions(ExternalData.ALWAYS, 1);
    Ports.find().format().write(TextGraph.parse(MODEL), model, beside);
    Files.writeString(
        folder.resolve("recipe.yaml"),
        """
        demitasse: 1
        resolved: true
        steps:
          - pass: merge-duplicates
          - pass: quantize-weights
        """);
    Path out = folder.resolve("out.txt");

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.txt"),
                "-cp",
                System.getProperty("java.class.path"),
                Compressing.class.getName(),
                folder.toString(),
                moment.name())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    int code = process.waitFor();
    String said = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(code).as(said).isZero();
    assertThat(said)
        .contains("BAD_MODEL " + folder.resolve("m.onnx.data") + " was cut short")
        .contains("it had 2097152 bytes and has 4096");
    assertThat(folder.resolve("small")).doesNotExist();
  }
}
