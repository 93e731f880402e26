package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a file is looked for that lies beside a model, something else lies. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OddFilesTest {
  @TempDir private Path folder;

  /** What lies there. */
  enum Odd {
    LINK("a link that leads nowhere") {
      @Override
      void make(Path place) throws IOException {
        Files.createSymbolicLink(place, Path.of("nowhere"));
      }
    },
    FOLDER("a folder, not a file") {
      @Override
      void make(Path place) throws IOException {
        Files.createDirectory(place);
      }
    },
    /** Whoever opens it waits for someone to write. */
    PIPE("a pipe or a device, not a file") {
      @Override
      void make(Path place) throws IOException {
        try {
          assertThat(new ProcessBuilder("mkfifo", place.toString()).start().waitFor()).isZero();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    };

    private final String told;

    Odd(String told) {
      this.told = told;
    }

    abstract void make(Path place) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Odd.class)
  void aTokenizerIsNotOverlooked(Odd odd) throws IOException {
    Path model = SmallEncoder.alone(folder.resolve("encoder"));
    Path tokenizer = model.resolveSibling("tokenizer.json");
    odd.make(tokenizer);

    assertRefused(compressed(model), tokenizer, odd);
    assertRefused(compressed(model.getParent()), tokenizer, odd);
  }

  @ParameterizedTest
  @EnumSource(Odd.class)
  void aTokenizerOfAnotherNameIsNotOpenedBlindly(Odd odd) throws IOException {
    Path model = SmallEncoder.alone(folder.resolve("encoder"));
    Path tokenizer = model.resolveSibling("my-tokenizer.json");
    odd.make(tokenizer);

    assertRefused(compressed(model), tokenizer, odd);
  }

  @ParameterizedTest
  @EnumSource(Odd.class)
  void aConfigurationOfPicturesIsNotOverlooked(Odd odd) throws IOException {
    Path model = Files.createDirectory(folder.resolve("pictures")).resolve("model.onnx");
    String text = "ir 10, opset 17\n\ngraph main(x: float[B,3,8,8]) -> (y) {\n  y = Relu(x)\n}\n";
    Ports.find().format().write(TextGraph.parse(text), model, ModelFormat.WriteOptions.DEFAULT);
    Path configuration = model.resolveSibling("preprocessor_config.json");
    odd.make(configuration);

    assertRefused(compressed(model), configuration, odd);
  }

  @ParameterizedTest
  @EnumSource(Odd.class)
  void aManifestIsNotOverlooked(Odd odd) throws IOException {
    Path model = SmallEncoder.in(folder.resolve("encoder"));
    Path manifest = model.resolveSibling("bundle.yaml");
    odd.make(manifest);

    assertRefused(compressed(model.getParent()), manifest, odd);
  }

  @ParameterizedTest
  @EnumSource(
      value = Odd.class,
      names = {"LINK", "PIPE"})
  void whatTheResultWouldHoldToo(Odd odd) throws IOException {
    Path model = SmallEncoder.in(folder.resolve("encoder"));
    Path vocabulary = model.resolveSibling("vocab.txt");
    odd.make(vocabulary);

    assertRefused(compressed(model.getParent()), vocabulary, odd);
  }

  private Invocation compressed(Path source) {
    return Invocation.of("compress", source, "-o", folder.resolve("small"), "--timing", 1);
  }

  private void assertRefused(Invocation run, Path file, Odd odd) {
    assertThat(run.code()).as(run.toString()).isEqualTo(2);
    assertThat(run.err()).contains(file + " cannot be read: it is " + odd.told);
    assertThat(folder.resolve("small")).doesNotExist();
  }
}
