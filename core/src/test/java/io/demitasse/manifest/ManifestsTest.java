package io.demitasse.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestsTest {
  private static final String TEXT =
      """
      demitasse-bundle: 1
      program: two-tower
      settings:
        normalize: true
      parts:
        vision:
          file: vision_model.onnx
          modality: image
          preprocessing:
            resize: 224
            mean: [0.5, 0.5, 0.5]
        text:
          file: onnx/text_model.onnx
          modality: text
      tied:
        tensors:
          - [vision:scale, text:scale]
        dimensions:
          - ["vision:image[1]", "text:embedding[1]"]
      """;

  private @TempDir Path folder;

  @BeforeEach
  void makeModels() throws IOException {
    Files.writeString(folder.resolve("vision_model.onnx"), "");
    Files.writeString(Files.createDirectory(folder.resolve("onnx")).resolve("text_model.onnx"), "");
  }

  @Test
  void readsEverythingAndWritesItBack() throws IOException {
    Manifest manifest = read(TEXT);

    assertThat(manifest.program()).isEqualTo("two-tower");
    assertThat(manifest.settings()).isEqualTo(Map.of("normalize", true));
    assertThat(manifest.parts()).containsOnlyKeys("vision", "text");
    assertThat(manifest.parts().get("vision").preprocessing())
        .containsEntry("resize", 224)
        .containsEntry("mean", List.of(.5, .5, .5));
    assertThat(manifest.parts().get("text").modality()).isEqualTo(Manifest.Modality.TEXT);
    assertThat(read(Manifests.text(manifest))).isEqualTo(manifest);
  }

  @Test
  void aFolderWithoutOneIsToldHowToGetOne() {
    assertThatThrownBy(() -> Manifests.read(folder))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            folder
                + " has no bundle.yaml that says what its models are to each other. Write one, or"
                + " let 'demitasse inspect "
                + folder
                + " --init' do it.");
  }

  @Test
  void tellsAllThatIsWrongAtOnce() {
    String text =
        """
        demitasse-bundle: 2
        color: red
        parts:
          vision: {file: vision_model.onnx, modality: smell}
          again: {file: vision_model.onnx, modality: image, size: 3}
          missing: {file: decoder.onnx, modality: text}
          outside: {file: ../secret.onnx, modality: text}
          nameless: {modality: text}
        tied:
          tensors: [[vision:scale]]
          dimensions: [["vision:image", "text:embedding[1]"]]
        """;
    assertThatThrownBy(() -> read(text))
        .hasMessage(
            invalid(
                "the bundle has an unknown key 'color'; it may have [demitasse-bundle, program,"
                    + " settings, parts, tied]",
                "it must say 'demitasse-bundle: 1', got 2",
                "it must name its program, such as 'program: single'",
                "part 'vision': the modality must be one of [text, image, audio, video, tensors],"
                    + " got smell",
                "part 'again' has an unknown key 'size'; it may have [file, modality,"
                    + " preprocessing]",
                "parts 'vision' and 'again' name the same file vision_model.onnx",
                "part 'missing': there is no file decoder.onnx in the bundle's folder",
                "part 'outside': the file ../secret.onnx lies outside the bundle's folder",
                "part 'nameless' must name its file, got null",
                "tied tensors: [vision:scale] ties nothing, it takes at least two",
                "tied dimensions: 'vision:image' is not of the form part:value[axis]",
                "tied dimensions: [vision:image, text:embedding[1]] ties nothing, it takes at least"
                    + " two"));
  }

  @Test
  void twoPartsOfOneNameAreRefused() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    demitasse-bundle: 1
                    program: single
                    parts:
                      model: {file: vision_model.onnx, modality: image}
                      model: {file: onnx/text_model.onnx, modality: text}
                      other: {file: vision_model.onnx, file: decoder.onnx, modality: text}
                    program: two-tower
                    """))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            invalid(
                "line 5 says 'model' a second time in the same map; rename it or take it out",
                "line 6 says 'file' a second time in the same map; rename it or take it out",
                "line 7 says 'program' a second time in the same map; rename it or take it out",
                "part 'other': there is no file decoder.onnx in the bundle's folder"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# to be written\n"})
  void anEmptyFileSaysWhatItNeeds(String text) {
    assertThatThrownBy(() -> read(text))
        .hasMessage(
            invalid(
                "it must say 'demitasse-bundle: 1', got null",
                "it must name its program, such as 'program: single'",
                "it has no parts"));
  }

  @Test
  void whatIsNoYamlSaysWhere() {
    assertThatThrownBy(() -> read("demitasse-bundle: 1\nparts: [\n"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith(folder.resolve("bundle.yaml") + ", line 2 is not YAML: ");
  }

  @Test
  void aLinkOutOfTheFolderIsRefused(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("secret.onnx"), "");
    Files.createSymbolicLink(folder.resolve("link.onnx"), secret);
    assertThatThrownBy(
            () ->
                read(
                    """
                    demitasse-bundle: 1
                    program: single
                    parts:
                      model: {file: link.onnx, modality: image}
                    """))
        .hasMessageContaining("part 'model': the file link.onnx lies outside the bundle's folder");
  }

  @Test
  void tiesHoldOrSayWhatDiffers() throws IOException {
    Manifest manifest = read(TEXT);
    Manifests.check(folder, manifest, bundle("1.0", 8), List.of());

    assertThatThrownBy(
            () -> Manifests.check(folder, manifest, bundle("2.0", 16), List.of("and more")))
        .hasMessage(
            invalid(
                "and more",
                "tied tensors 'vision:scale' (float[1]) and 'text:scale' (float[1]) differ",
                "tied dimensions [vision:image[1], text:embedding[1]] have the sizes [8, 16]"));
  }

  @Test
  void tiesToNothingAreNamed() throws IOException {
    Manifest manifest = read(TEXT.replace(":scale", ":scales").replace("image[1]", "image[7]"));
    assertThatThrownBy(() -> Manifests.check(folder, manifest, bundle("1.0", 8), List.of()))
        .hasMessageContaining("tied tensor 'vision:scales': there is no such weight")
        .hasMessageContaining("tied tensor 'text:scales': there is no such weight")
        .hasMessageContaining(
            "tied dimension 'vision:image[7]': there is no such input or output and axis");
  }

  private String invalid(String... problems) {
    return folder.resolve("bundle.yaml")
        + " is not a valid bundle:\n  - "
        + String.join("\n  - ", problems);
  }

  private Manifest read(String text) throws IOException {
    Files.writeString(folder.resolve("bundle.yaml"), text);
    return Manifests.read(folder);
  }

  private static Bundle bundle(String scale, int size) {
    return new Bundle(
        Map.of(
            "vision", TextGraph.parse(graph("image", "1.0", 8)),
            "text", TextGraph.parse(graph("embedding", scale, size))));
  }

  private static String graph(String output, String scale, int size) {
    return """
    ir 10, opset 17

    graph main(x: float[B,%2$d]) -> (%1$s: float[B,%2$d]) {
      scale = float[1] {%3$s}
      %1$s = Mul(x, scale)
    }
    """
        .formatted(output, size, scale);
  }
}
