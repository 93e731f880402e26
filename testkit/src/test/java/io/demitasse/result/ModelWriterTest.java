package io.demitasse.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come from no file appear whole or not at all, and replace nothing. */
final class ModelWriterTest {
  private static final Manifest SINGLE = Manifest.single("model.onnx");

  private static final Manifest TWO =
      new Manifest(
          "two-tower",
          Map.of(),
          new LinkedHashMap<>(Map.of("one", part("one.onnx"), "other", part("in/other.onnx"))),
          List.of(),
          List.of());

  @TempDir private Path folder;

  private final ModelFormat format = Ports.find().format();

  private static Manifest.Part part(String file) {
    return new Manifest.Part(file, Manifest.Modality.TENSORS, Map.of());
  }

  private static Model model() {
    return TextGraph.parse(
        """
        ir 8, opset 17

        graph small(x: float[n,64]) -> (y: float[n,64]) {
          w = float[64,64] ~ 1
          y = MatMul(x, w)
        }
        """);
  }

  private Map<String, Path> write(Path place, Manifest manifest, Bundle bundle) {
    return new ModelWriter(place, manifest).write(bundle, format, WriteOptions.DEFAULT);
  }

  private List<String> written() throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Test
  void oneModelBecomesAFileInFoldersThatAreMade() throws IOException {
    Path file = folder.resolve("new/small.onnx");

    assertThat(write(file, SINGLE, Bundle.of(model())))
        .containsExactly(Map.entry("model", file.toRealPath()));
    assertThat(written()).containsExactly("new/small.onnx");
    assertThat(format.read(file).graph().nodeCount()).isEqualTo(1);
  }

  @Test
  void dataBesideAModelAppearWithIt() throws IOException {
    Path file = folder.resolve("small.onnx");

    new ModelWriter(file, SINGLE)
        .write(Bundle.of(model()), format, new WriteOptions(ExternalData.ALWAYS, 1));

    assertThat(written()).containsExactly("small.onnx", "small.onnx.data");
    assertThat(format.read(file).graph().find("w").constant().orElseThrow().toFloats())
        .isEqualTo(model().graph().find("w").constant().orElseThrow().toFloats());
  }

  @Test
  void anyOtherNameBecomesAFolder() throws IOException {
    write(folder.resolve("small"), SINGLE, Bundle.of(model()));

    assertThat(written()).containsExactly("small/model.onnx");
  }

  @Test
  void severalModelsBecomeAFolderWithTheirManifest() throws IOException {
    Bundle bundle = new Bundle(Map.of("one", model(), "other", model()));

    assertThat(write(folder.resolve("both"), TWO, bundle)).containsOnlyKeys("one", "other");
    assertThat(written())
        .containsExactly("both/bundle.yaml", "both/in/other.onnx", "both/one.onnx");
    assertThat(Manifests.read(folder.resolve("both")).parts()).isEqualTo(TWO.parts());
  }

  @Test
  void severalModelsAreNoFile() {
    assertThatThrownBy(() -> new ModelWriter(folder.resolve("both.onnx"), TWO))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("are several models and become a folder")
        .hasMessageContaining("both.onnx");
  }

  @Test
  void whatHasTheNameIsRefusedAndStays() throws IOException {
    Path mine = Files.writeString(folder.resolve("small.onnx"), "mine");

    assertThatThrownBy(() -> write(mine, SINGLE, Bundle.of(model())))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("small.onnx exists");
    assertThat(mine).hasContent("mine");
    assertThat(written()).containsExactly("small.onnx");
  }

  @Test
  void dataOfAnotherModelAreRefusedAndNothingAppears() throws IOException {
    Path file = folder.resolve("small.onnx");
    Path mine = Files.writeString(folder.resolve("small.onnx.data"), "mine");

    assertThatThrownBy(
            () ->
                new ModelWriter(file, SINGLE)
                    .write(Bundle.of(model()), format, new WriteOptions(ExternalData.ALWAYS, 1)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("small.onnx.data exists");
    assertThat(mine).hasContent("mine");
    assertThat(written()).containsExactly("small.onnx.data");
  }

  @Test
  void aModelThatCannotBeWrittenLeavesNothing() {
    Path file = folder.resolve("new/small.onnx");
    ModelFormat failing =
        new ModelFormat() {
          @Override
          public boolean reads(Path any) {
            return false;
          }

          @Override
          public Model read(Path any) {
            throw new AssertionError();
          }

          @Override
          public List<io.demitasse.port.ExternalWeight> externalWeights(Path any) {
            return List.of();
          }

          @Override
          public void write(Map<Path, Model> models, WriteOptions options) {
            models.keySet().forEach(ModelWriterTest::half);
            throw DemitasseException.backendFailed(
                "Cannot write " + models.keySet().iterator().next() + ": the disk is full.", null);
          }
        };

    assertThatThrownBy(
            () ->
                new ModelWriter(file, SINGLE)
                    .write(Bundle.of(model()), failing, WriteOptions.DEFAULT))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("small.onnx: the disk is full")
        .hasMessageNotContaining(".demitasse-");
    assertThat(folder).isEmptyDirectory();
  }

  private static void half(Path file) {
    try {
      Files.writeString(file, "half");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
