package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.manifest.Manifests;
import io.demitasse.port.Ports;
import io.demitasse.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NewCommandTest {
  private static final List<String> SMALL_CLIP =
      List.of(
          "image=32",
          "patch=8",
          "vision-width=64",
          "vision-layers=1",
          "vision-heads=2",
          "words=30",
          "text-layers=1");

  @TempDir private Path folder;

  @Test
  void helpListsArchitecturesWithParametersAndSettings() {
    String help = Invocation.of("new", "--help").out();

    Zoo.all()
        .values()
        .forEach(
            entry -> {
              assertThat(help).contains("  " + entry.name() + " ", entry.summary());
              entry
                  .choices()
                  .forEach(each -> assertThat(help).contains(each.name() + "=" + each.value()));
            });
    assertThat(help)
        .containsPattern("resnet-50 +25.6 M +residual")
        .containsPattern("gpt-2 +124 M +language")
        .containsPattern("cnn28 +34.8 k +two");
    assertThat(Invocation.of("new").out().strip()).isSubstringOf(help);
  }

  @Test
  void anArchitectureIsExplained() {
    Invocation run = Invocation.of("new", "cnn28", "--set", "first=8");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("cnn28: two convolutions for pictures of 28 x 28, 20,762 parameters\n")
        .containsPattern("first +8 +channels of the first convolution");
  }

  @Test
  void aModelIsMadeThatTheOtherCommandsTake() {
    Path file = folder.resolve("cnn.onnx");

    Invocation made = Invocation.of("new", "cnn28", "-o", file, "--set", "classes=3");
    Invocation inspected = Invocation.of("inspect", file);

    assertThat(made.code()).isZero();
    assertThat(made.err()).contains("Wrote ", "cnn.onnx", "demitasse inspect");
    assertThat(inspected.code()).isZero();
    assertThat(inspected.out()).contains("pixel_values", "logits");
  }

  @Test
  void theSeedDecidesTheBytes() throws IOException {
    for (String seed : new String[] {"1", "1", "2"}) {
      int count = folder.toFile().list().length;
      assertThat(
              Invocation.of("new", "cnn28", "-o", folder.resolve(count + ".onnx"), "--seed", seed))
          .matches(run -> run.code() == 0);
    }

    assertThat(folder.resolve("1.onnx")).hasSameBinaryContentAs(folder.resolve("0.onnx"));
    assertThat(Files.mismatch(folder.resolve("2.onnx"), folder.resolve("0.onnx"))).isNotEqualTo(-1);
  }

  @Test
  void whatExistsIsRefusedBeforeAnythingIsMade() throws IOException {
    Path mine = Files.writeString(folder.resolve("cnn.onnx"), "mine");

    Invocation run = Invocation.of("new", "cnn28", "-o", mine);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("cnn.onnx exists", "choose another name");
    assertThat(mine).hasContent("mine");
    assertThat(folder.toFile().list()).containsExactly("cnn.onnx");
  }

  @Test
  void severalModelsBecomeABundle() {
    Path bundle = folder.resolve("clip");
    List<Object> command = new ArrayList<>(List.of("new", "clip", "-o", bundle));
    SMALL_CLIP.forEach(each -> command.addAll(List.of("--set", each)));

    Invocation run = Invocation.of(command.toArray());

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(bundle.toFile().list())
        .containsExactlyInAnyOrder("bundle.yaml", "vision.onnx", "text.onnx");
    assertThat(Manifests.read(bundle).program()).isEqualTo("two-tower");
    assertThat(Ports.find().format().read(bundle.resolve("vision.onnx")).graph().outputs())
        .hasToString("[image_embeds: float[batch,512]]");
    assertThat(Invocation.of("inspect", bundle).out()).contains("Part 'vision'", "Part 'text'");
  }

  @Test
  void severalModelsAreNoFile() {
    Invocation run = Invocation.of("new", "clip", "-o", folder.resolve("clip.onnx"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("vision and text are several models and become a folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet50", "ResNet-50", "resnet-5"})
  void anUnknownNameIsAnsweredWithTheNearest(String name) {
    Invocation run = Invocation.of("new", name, "-o", folder.resolve("x.onnx"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("There is no architecture '" + name + "'; did you mean 'resnet-50'?");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anUnknownSettingIsAnsweredWithTheNearest() {
    Invocation run = Invocation.of("new", "cnn28", "-o", folder.resolve("x"), "--set", "clases=2");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no setting 'clases'; did you mean 'classes'?");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anOutputNeedsAName() {
    Invocation run = Invocation.of("new", "-o", folder.resolve("x.onnx"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("Name an architecture");
  }
}
