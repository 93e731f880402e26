package io.demitasse.torch.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.JavaCommand;
import io.demitasse.port.Trainer;
import io.demitasse.torch.TorchTrainer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where libtorch cannot be used, that is told in a sentence wherever it is asked for. */
final class LibtorchTest {
  private static final List<String> ALL_WAYS =
      List.of("training here", "training in a process", "factoring here", "factoring in a process");

  @TempDir private Path folder;

  @Test
  void aSystemThatLibtorchIsNotPublishedForIsToldSo() throws Exception {
    List<String> told = attempts("", "linux-arm64", _ -> true);

    String why =
        "Training models and factoring matrices takes libtorch, which is published for"
            + " linux-x86_64, macosx-arm64, windows-x86_64, not for linux-arm64: do that on one of"
            + " these systems; everything else works here";
    assertThat(told)
        .contains("refusals went well: []")
        .contains("ports went well: [pass 'distill' needs the port Trainer. " + why + "]")
        .containsAll(ALL_WAYS.stream().map(way -> way + " BACKEND_FAILED: " + why + ".").toList());
  }

  @Test
  void nativeCodeThatWasLeftOffTheClassPathIsNamed() throws Exception {
    assertThat(attempts("", "linux-x86_64", entry -> !isNative(entry)))
        .filteredOn(line -> line.contains("BACKEND_FAILED"))
        .hasSize(ALL_WAYS.size())
        .allSatisfy(
            line ->
                assertThat(line)
                    .endsWith(
                        "whose native code for linux-x86_64 is not on the class path: add pytorch,"
                            + " openblas and javacpp of org.bytedeco with the classifier"
                            + " linux-x86_64."));
  }

  @Test
  void cudaWithoutItsNativeCodeIsRefusedWithWhatToAdd() {
    assumeThat(Libtorch.withoutCuda()).as("libtorch for CUDA is left out").isPresent();

    assertThat(new TorchTrainer().unusable(Trainer.Device.CPU)).isEmpty();
    assertThat(new TorchTrainer().unusable(Trainer.Device.CUDA))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .startsWith("Training on a GPU takes libtorch for CUDA, which is not on the")
                    .contains("with the classifier " + Loader.getPlatform() + "-gpu"));
    assertThatThrownBy(() -> Libtorch.loadFor(Trainer.Device.CUDA))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("takes libtorch for CUDA");
  }

  @Test
  void nativeCodeThatDoesNotWorkIsToldWithItsReason() throws Exception {
    String platform = Loader.getPlatform();
    Path damaged =
        folder
            .resolve("org/bytedeco/pytorch")
            .resolve(platform)
            .resolve(System.mapLibraryName("jnitorch"));
    Files.createDirectories(damaged.getParent());
    Files.writeString(damaged, "no library");

    assertThat(attempts("training", platform, entry -> !isNative(entry)))
        .filteredOn(line -> line.contains("BACKEND_FAILED"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("The native code of libtorch cannot be loaded on " + platform + ": ")
                    .contains("in the versions that demitasse-torch names"));
  }

  /** Whether an entry of the class path holds what is loaded beside the code for Java. */
  private static boolean isNative(String entry) {
    return new File(entry)
        .getName()
        .matches("(pytorch|openblas)-.*-(linux|macosx|windows)-.*[.]jar");
  }

  /** What a process tells that believes itself on a system. */
  private List<String> attempts(String ways, String platform, Predicate<String> onClassPath)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new JavaCommand(
                Attempts.class,
                List.of(
                    "-Xmx256m",
                    "-Dorg.bytedeco.javacpp.platform=" + platform,
                    "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache")))
            .with(List.of(ways));
    List<String> command = new ArrayList<>(builder.command());
    int place = command.indexOf("-cp") + 1;
    Stream<String> entries = Stream.of(command.get(place).split(File.pathSeparator));
    command.set(
        place,
        Stream.concat(Stream.of(folder.toString()), entries.filter(onClassPath))
            .collect(Collectors.joining(File.pathSeparator)));
    Process process = builder.command(command).redirectErrorStream(true).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }
}
