package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.evaluate.Noise;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that disagrees with itself is not worse than itself. */
final class RandomModelTest {
  private static final String VOICE =
      """
      ir 8, opset 17

      graph voice(x: float[N,64]) -> (y: float[N,32]) {
        w = float[64,32] ~ 1
        loud = float[] {3}
        noise = RandomNormalLike(x)
        much = Mul(noise, loud)
        sum = Add(x, much)
        same = Identity(sum)
        y = MatMul(same, w)
      }
      """;

  @TempDir private Path folder;

  @Test
  void noiseIsPinnedInWhatIsComparedAndNeverInWhatIsWritten() throws IOException {
    Path model = folder.resolve("voice.onnx");
    Ports.find().format().write(TextGraph.parse(VOICE), model, ModelFormat.WriteOptions.DEFAULT);
    Path recipe =
        Files.writeString(
            folder.resolve("exact.yaml"), "demitasse: 1\nsteps:\n  - pass: remove-identities\n");
    Path small = folder.resolve("small.onnx");

    Invocation run =
        Invocation.of(
            "compress", model, "-o", small, "--recipe", recipe, "--timing", 1, "--strict");

    assertThat(run.code()).as(run.toString()).isZero();
    String note = "the model draws random numbers (RandomNormalLike";
    assertThat(run.out()).contains("Noted", note, "two runs on the same inputs differ by ");
    assertThat(run.err()).contains(note);
    JsonNode report = new ObjectMapper().readTree(folder.resolve("small.report.json").toFile());
    assertThat(report.path("checks").path("notes").path(0).asText()).startsWith(note);
    JsonNode cosine = report.path("accuracy").path("scores").path(0);
    assertThat(cosine.path("degradation").path("high").asDouble()).isLessThan(1e-9);
    Model written = Ports.find().format().read(small);
    assertThat(Noise.in(written)).extracting(Node::opType).containsExactly("RandomNormalLike");
  }
}
