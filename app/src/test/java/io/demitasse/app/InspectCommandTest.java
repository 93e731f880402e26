package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectCommandTest {
  @TempDir private Path folder;

  @Test
  void showsWhatAModelConsistsOf() throws IOException {
    Path model = SmallEncoder.alone(folder);
    byte[] before = Files.readAllBytes(model);

    Invocation run = Invocation.of("inspect", model);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("encoder.onnx  3.96 MB, opset 17, IR 8")
        .contains("input_ids       int64[batch,sequence]  here [1,32]")
        .contains("last_hidden_state  float[batch,sequence,32]  here [1,32,32]")
        .contains("989,216 parameters, 3.96 MB")
        .containsPattern("multiply-accumulates +459 k")
        .containsPattern("MatMul +8 +12,288 +49.2 kB +459 k")
        .containsPattern("Gather +Gather +\\[1,32,32\\] +976,704 +3.91 MB|x +Gather")
        .doesNotContain("Unknown operators", "Not in these numbers");
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void workFollowsTheShape() throws IOException {
    Path model = SmallEncoder.alone(folder);

    Invocation run = Invocation.of("inspect", model, "--shape", "batch=2,seq=16", "--json");

    // 2 * 16 tokens through four 32x32 and two 32x128 weights, and 16x16 scores twice for each.
    long products = 2L * 16 * (4 * 32 * 32 + 2 * 32 * 128) + 2L * 2 * 16 * 16 * 32;
    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("\"sizes\" : \"[2,16]\"", "\"multiplyAccumulates\" : " + products + ",");
  }

  @Test
  void profileTellsWhereTheTimeGoes() throws IOException {
    Path model = SmallEncoder.alone(folder);

    Invocation run = Invocation.of("inspect", model, "--profile", "--layers", 3, "--threads", 1);

    assertThat(run.code()).as(run.toString()).isZero();
    String times = run.out().substring(run.out().indexOf("Time at 1x32, 1 thread: "));
    assertThat(times).containsPattern("MatMul +[0-9.]+ ms +[0-9.]+ % +[0-9]+");
    assertThat(times.substring(times.indexOf("Slowest nodes")).strip().lines()).hasSize(5);
  }

  @Test
  void namesOperatorsThatItDoesNotKnow() throws IOException {
    Path model = folder.resolve("strange.onnx");
    String text =
        """
        ir 8, opset 17, my.domain 1

        graph strange(x: float[2,2]) -> (y: float[2,2]) {
          y = my.domain::Transmogrify(x)
        }
        """;
    Ports.find().format().write(TextGraph.parse(text), model, ModelFormat.WriteOptions.DEFAULT);

    Invocation run = Invocation.of("inspect", model);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("Unknown operators\n  my.domain.Transmogrify\n");
  }

  @Test
  void theSchemaOfABundleNeedsNoModel() {
    Invocation run = Invocation.of("inspect", "--schema");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).isEqualTo(Manifests.schema());
    assertThat(Invocation.of("inspect").code()).isEqualTo(2);
  }

  @Test
  void ofABundleItTellsWhatAllPartsTakeTogether() throws IOException {
    Model one =
        TextGraph.parse(
            """
            opset 17

            graph sum(x: float[1000]) -> (y: float[1000]) {
              w = float[1000] ~ 1
              y = Add(x, w)
            }
            """);
    Model two = one.copy();
    Map<Path, Model> models = new LinkedHashMap<>();
    models.put(folder.resolve("one.onnx"), one);
    models.put(folder.resolve("two.onnx"), two);
    Ports.find().format().write(models, ModelFormat.WriteOptions.DEFAULT);
    Files.writeString(
        folder.resolve("bundle.yaml"),
        """
        demitasse-bundle: 1
        program: two-tower
        parts:
          vision: {file: one.onnx, modality: tensors}
          text: {file: two.onnx, modality: tensors}
        """);

    assertThat(Invocation.of("inspect", folder).out())
        .contains("  one.onnx\n  two.onnx\n  shared.data\n")
        .contains("  4.00 kB are read by several parts and counted once");
  }
}
