package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Architectures by name, and what can be set of them. */
final class ZooTest {
  @TempDir private Path folder;

  static List<String> names() {
    return Zoo.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everySettingIsExplainedAndReadAsItIsWritten(String name) {
    Zoo.Entry entry = Zoo.named(name);
    for (Zoo.Choice choice : entry.choices()) {
      assertThat(choice.doc()).isNotBlank().doesNotEndWith(".");
      assertThat(choice.name()).matches("[a-z]+(-[a-z]+)*");

      assertThat(entry.with(Map.of(choice.name(), choice.value()))).isEqualTo(entry);
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> Zoo.make("resnet-5O", Map.of(), 1))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("There is no architecture 'resnet-5O'; did you mean 'resnet-50'?")
        .hasMessageContaining("gpt-2");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(
            () -> Zoo.make("resnet-18", Map.of("widht", "8", "bottleneck", "2", "image", "x"), 1))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("'resnet-18' cannot be made so:")
        .hasMessageContaining("there is no setting 'widht'; did you mean 'width'?")
        .hasMessageContaining("setting 'bottleneck' takes true or false, got '2'")
        .hasMessageContaining("setting 'image' takes a whole number, got 'x'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "cnn28 | first | 0 | 'first' must be from 1 to 65536, got 0",
        "resnet-18 | blocks | 2,0 | 'blocks' must be from 1 to 1024, got 0",
        "resnet-18 | blocks | 1,1,1,1,1,1,1,1,1 | 'stages of blocks' must be from 1 to 8, got 9",
        "resnet-18 | blocks | 1,b | setting 'blocks' takes whole numbers with commas between them",
        "resnet-20 | stem | none | setting 'stem' takes one of [large, small]",
        "resnet-20 | residual | -1 | 'residual' must be from 0 to 1, got -1.0",
        "resnet-18 | width | 2147483648 | setting 'width' takes a whole number",
        "mobilenet-v2 | multiplier | NaN | 'multiplier' must be above 0 and at most 64, got NaN",
        "mobilenet-v3-small | size | huge | setting 'size' takes one of [small, large]",
        "vit-base | patch | 15 | 'image' must be a multiple of 'patch', got 224 and 15",
        "bert-base | heads | 7 | 'width' must be a multiple of 'heads', got 768 and 7",
        "gpt-2 | words | 100000000 | 'words' must be from 1 to 16777216",
        "whisper | heads | 5 | 'width' must be a multiple of 'heads', got 384 and 5",
        "whisper | decoder-layers | 0 | 'decoder-layers' must be from 1 to 1024, got 0",
        "clip | text-heads | 5 | 'text-width' must be a multiple of 'text-heads', got 512 and 5",
        "late-fusion | kind | no | setting 'kind' takes one of [early, late, cross-attention]"
      })
  void whatCannotBeBuiltIsRefused(String name, String setting, String value, String why) {
    Zoo.Entry entry = Zoo.named(name);

    assertThatThrownBy(() -> entry.with(Map.of(setting, value)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatCannotBeHalvedHasNoStemOfConvolutions() {
    Zoo.Entry entry = Zoo.named("early-fusion");

    assertThatThrownBy(() -> entry.with(Map.of("stem", "convolutions", "patch", "14")))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'patch' must be 2, 4, 8 and so on with 'stem' convolutions, got 14");
  }

  @Test
  void aSettingChangesWhatIsBuilt() {
    Bundle bundle = Zoo.make("cnn28", Map.of("classes", "3", "channels", "2"), 1);
    Graph graph = bundle.part(Bundle.SINGLE).graph();

    assertThat(graph.inputs()).hasToString("[pixel_values: float[batch,2,28,28]]");
    assertThat(graph.outputs()).hasToString("[logits: float[batch,3]]");
  }

  @Test
  void aBlockWithoutAResidualIsTheIdentity() {
    Graph graph = Zoo.make("resnet-20", Map.of("residual", "0"), 1).part(Bundle.SINGLE).graph();

    assertThat(scale(graph, "layer2.1.bn2.weight")).containsOnly(0);
    assertThat(scale(graph, "layer2.1.bn1.weight")).containsOnly(1);
    assertThat(scale(graph, "layer2.0.downsample.bn.weight")).containsOnly(1);
  }

  private static double[] scale(Graph graph, String name) {
    return graph.initializers().stream()
        .filter(value -> value.name().equals(name))
        .findFirst()
        .flatMap(Value::constant)
        .orElseThrow()
        .toDoubles();
  }

  @Test
  void weightsAndNodesAreNamedAfterTheirLayers() {
    Graph graph = Zoo.make("resnet-50", Map.of(), 1).part(Bundle.SINGLE).graph();

    assertThat(graph.find("layer1.0.conv1.weight")).isNotNull();
    assertThat(graph.find("layer4.2.bn3.running_var")).isNotNull();
    assertThat(graph.nodes())
        .extracting(node -> node.name())
        .contains("layer1.0.conv1", "layer2.0.downsample.conv", "fc")
        .doesNotHaveDuplicates();
  }

  /** An architecture of someone else's. */
  record Nothing(@Setting("how much of it") int amount) implements Architecture {
    @Override
    public Bundle build(long seed) {
      return Bundle.of(new Model(new Graph("nothing", null)));
    }
  }

  /** Brings it. */
  public static final class Bringing implements ArchitectureProvider {
    @Override
    public List<Zoo.Entry> entries() {
      return List.of(new Zoo.Entry("nothing", "nothing at all", new Nothing(3)));
    }
  }

  /** Brings what is there. */
  public static final class Taking implements ArchitectureProvider {
    @Override
    public List<Zoo.Entry> entries() {
      return List.of(new Zoo.Entry("cnn28", "something else", new Nothing(3)));
    }
  }

  @Test
  void whatOthersBringIsFoundByName() throws IOException {
    brought(
        Bringing.class,
        () -> {
          assertThat(Zoo.names()).contains("cnn28").endsWith("nothing");
          assertThat(Zoo.named("nothing").with(Map.of("amount", "4")).architecture())
              .isEqualTo(new Nothing(4));
        });
  }

  @Test
  void aNameThatIsTakenIsRefused() throws IOException {
    brought(
        Taking.class,
        () ->
            assertThatThrownBy(Zoo::names)
                .isInstanceOf(DemitasseException.class)
                .hasMessageContaining("architectures on the class path are named 'cnn28'"));
  }

  private void brought(Class<?> provider, Runnable test) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(ArchitectureProvider.class.getName()), provider.getName());
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, usual)) {
      thread.setContextClassLoader(loader);
      test.run();
    } finally {
      thread.setContextClassLoader(usual);
    }
  }
}
