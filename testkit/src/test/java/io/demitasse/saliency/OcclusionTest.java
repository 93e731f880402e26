package io.demitasse.saliency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Modalities;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose answer hangs on one place of what they are given. */
class OcclusionTest {
  private static final Ports PORTS = Ports.find();

  @TempDir private Path folder;

  /** Two classes, the first of which scores what one number of the input says. */
  private static Model model(String input, int place) {
    return TextGraph.parse(
        """
        ir 8, opset 17
        graph g(%s) -> (logits: float[1,2]) {
          flat = int64[2] {1, -1}
          place = int64[1] {%d}
          zero = float[1,1] {0}
          x = Reshape(%s, flat)
          seen = Gather(x, place) <axis = 1>
          logits = Concat(seen, zero) <axis = 1>
        }
        """
            .formatted(input, place, input.substring(0, input.indexOf(':'))));
  }

  private BundleFiles write(String name, Model model) {
    Path file = folder.resolve(name + ".onnx");
    PORTS.format().write(model, file, WriteOptions.DEFAULT);
    return new BundleFiles(Map.of(Bundle.SINGLE, file));
  }

  private List<Saliency> maps(Model before, Model after, Sample sample) {
    Modalities modalities = Modalities.of(Bundle.of(before));
    return new Occlusion(PORTS.runtime(), new IdentityProgram(), modalities, 1)
        .of(
            Samples.of("one", List.of(sample)),
            write("before", before),
            write("after", after),
            (done, total) -> {});
  }

  private static Sample sample(String input, long[] sizes, int bright) {
    float[] values = new float[(int) Arrays.stream(sizes).reduce(1, Math::multiplyExact)];
    values[bright] = 3;
    return new Sample.Tensors("one", Map.of(input, Tensor.ofFloats(sizes, values)));
  }

  private static final String PICTURE = "pixel_values: float[1,1,14,14]";

  private static Sample picture() {
    return sample("pixel_values", new long[] {1, 1, 14, 14}, 5 * 14 + 9);
  }

  private static int largest(List<Double> map) {
    return map.indexOf(Collections.max(map));
  }

  @Test
  void theOnePatchThatMattersIsFound() {
    Model model = model(PICTURE, 5 * 14 + 9);
    Saliency map = maps(model, model, picture()).getFirst();

    assertThat(map.modality()).isEqualTo(Modality.IMAGE);
    assertThat(map.columns()).isEqualTo(7);
    assertThat(map.before()).hasSize(49).isEqualTo(map.after());
    assertThat(largest(map.before())).isEqualTo(2 * 7 + 4);
    assertThat(map.before().stream().filter(lost -> lost == 0)).hasSize(48);
    // From the probability e^3 / (e^3 + 1) to that of the mean, 3 / 196.
    double whole = Math.exp(3) / (Math.exp(3) + 1);
    double blank = Math.exp(3.0 / 196) / (Math.exp(3.0 / 196) + 1);
    assertThat(Collections.max(map.before())).isCloseTo(whole - blank, within(1e-6));
    assertThat(map.correlation()).isCloseTo(1, within(1e-12));
  }

  @Test
  void aResultThatLooksElsewhereIsTold() {
    Saliency map = maps(model(PICTURE, 5 * 14 + 9), model(PICTURE, 0), picture()).getFirst();

    assertThat(largest(map.before())).isEqualTo(18);
    // What the result looks at is dark, and brightens where it becomes the mean.
    assertThat(map.after().indexOf(Collections.min(map.after()))).isZero();
    assertThat(map.correlation()).isLessThan(.5);
  }

  @Test
  void thePictureIsShownAsTheModelSeesIt() {
    Model model = model(PICTURE, 5 * 14 + 9);
    String shown = maps(model, model, picture()).getFirst().picture();

    assertThat(shown).startsWith("data:image/png;base64,");
    assertThat(Base64.getDecoder().decode(shown.substring(shown.indexOf(',') + 1)))
        .startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void theWindowOfASoundThatMattersIsFound() {
    Model model = model("audio: float[1,400]", 130);
    Saliency map = maps(model, model, sample("audio", new long[] {1, 400}, 130)).getFirst();

    assertThat(map.modality()).isEqualTo(Modality.AUDIO);
    assertThat(map.before()).hasSize(20);
    assertThat(largest(map.before())).isEqualTo(6);
    assertThat(map.picture()).isEmpty();
  }

  @Test
  void aModelWhoseAnswerHangsOnNothingShowsNothing() {
    Model model = model(PICTURE, 0);

    assertThat(maps(model, model, sample("pixel_values", new long[] {1, 1, 14, 14}, 0)))
        .isNotEmpty();
    float[] gray = new float[196];
    Arrays.fill(gray, 2);
    Sample even =
        new Sample.Tensors(
            "gray", Map.of("pixel_values", Tensor.ofFloats(new long[] {1, 1, 14, 14}, gray)));
    assertThat(maps(model, model, even)).isEmpty();
  }
}
