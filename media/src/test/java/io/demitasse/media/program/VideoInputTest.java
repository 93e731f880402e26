package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Fields;
import io.demitasse.data.ProgramProvider;
import io.demitasse.data.Sample;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.video.Videos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of videos, and what a model is given of them. */
final class VideoInputTest {
  /** Each sample as it is, red first. */
  private static final Map<String, Object> PLAIN =
      Map.of("resize", 16, "filter", "pillow-bilinear");

  @TempDir private Path folder;

  private static Model model(String input) {
    return TextGraph.parse(
        "ir 8, opset 17\ngraph main(x: float["
            + input
            + "]) -> (y: float["
            + input
            + "]) {\n"
            + "  y = Identity(x)\n}\n");
  }

  private ProgramProvider.Request request(String input, Map<String, Object> settings, String image)
      throws IOException {
    Files.writeString(folder.resolve("model.onnx"), "its content is not asked for");
    Manifest manifest =
        new Manifest(
            Manifest.SINGLE,
            Map.of(),
            Map.of(Bundle.SINGLE, new Manifest.Part("model.onnx", Modality.VIDEO, settings)),
            List.of(),
            List.of());
    return new ProgramProvider.Request(
        manifest,
        Bundle.of(model(input)),
        folder,
        image.isEmpty() ? Map.of() : Map.of("image", image));
  }

  private Tensor given(String input, Map<String, Object> settings, String image)
      throws IOException {
    Path file = Videos.write(folder.resolve("video.mp4"), "mpeg4", 10, 32, 16, 12);
    Map<String, Tensor> given = new HashMap<>();
    new MediaPrograms()
        .make(request(input, settings, image))
        .run(
            new Sample.File("video", file, Fields.NONE),
            (_, inputs) -> {
              given.putAll(inputs);
              return inputs;
            });
    return given.get("x");
  }

  /** Frame, channel, row and column. */
  private static float at(Tensor clip, boolean channelsFirst, int frame, int channel) {
    int frames = (int) clip.size(channelsFirst ? 2 : 1);
    int plane = channelsFirst ? channel * frames + frame : frame * 3 + channel;
    return clip.toFloats()[plane * 16 * 16 + 8 * 16 + 12];
  }

  @Test
  void framesStandBeforeChannelsOrBehindThem() throws IOException {
    Tensor frames = given("B,4,3,16,16", PLAIN, "");
    Tensor channels =
        given("B,3,T,16,16", Map.of("frames", 4, "resize", 16, "filter", "pillow-bilinear"), "");

    assertThat(frames.sizes()).containsExactly(1, 4, 3, 16, 16);
    assertThat(channels.sizes()).containsExactly(1, 3, 4, 16, 16);
    for (int frame = 0; frame < 4; frame++) {
      // Frames 1, 4, 7 and 10 are chosen, and their red grows by 10 a frame.
      assertThat(at(frames, false, frame, 0) * 255)
          .isBetween(40 + 30 * frame + 0f, 60 + 30 * frame + 0f);
      for (int channel = 0; channel < 3; channel++) {
        assertThat(at(channels, true, frame, channel)).isEqualTo(at(frames, false, frame, channel));
      }
    }
  }

  @Test
  void framesAreEightAndNormalizedUnlessSomebodySaysOtherwise() throws IOException {
    Tensor usual = given("B,T,3,H,W", Map.of(), "");
    Tensor smaller = given("B,T,3,16,16", Map.of(), "mean=0,std=1");

    assertThat(usual.sizes()).containsExactly(1, 8, 3, 224, 224);
    assertThat(smaller.sizes()).containsExactly(1, 8, 3, 16, 16);
    assertThat(at(smaller, false, 0, 0) * 255).isBetween(30f, 60f);
  }

  @Test
  void whatIsWrongWithSettingsIsTold() throws IOException {
    assertThat(
            new MediaPrograms()
                .problems(request("B,T,3,16,16", Map.of("frames", 0, "size", 3), "")))
        .hasSize(2)
        .anyMatch(line -> line.contains("frames must be a whole number from 1 to 1024, got '0'"))
        .anyMatch(line -> line.contains("size"));
    assertThatThrownBy(() -> given("B,4,3,16,16", Map.of("frames", 5), ""))
        .hasMessageContaining("takes 4 frames, got frames: 5");
    assertThatThrownBy(() -> given("B,4,3,16,16", Map.of("layout", "nhwc"), ""))
        .hasMessageContaining("channels first");
    assertThatThrownBy(() -> given("B,4,5,16,16", Map.of(), "")).hasMessageContaining("no video");
  }

  @Test
  void oneInputOfSeveralIsPreparedByItself() {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph main(text: int64[B,S], clip: float[B,2,3,16,16]) -> (y: int64[B,S]) {
              y = Identity(text)
            }
            """);
    Path file = Videos.write(folder.resolve("video.avi"), "mjpeg", 10, 32, 16, 3);
    List<DeclaredInputs.Input> inputs = DeclaredInputs.of(model).inputs();
    Path place = folder.resolve("model.onnx");

    VideoInput clip = VideoInput.of(inputs.getLast(), PLAIN, place).orElseThrow();

    assertThat(clip.prepare(file).get("clip").sizes()).containsExactly(1, 2, 3, 16, 16);
    assertThat(clip.account()).contains("2 frames, evenly spread").contains("bundle.yaml");
    assertThat(VideoInput.of(inputs.getFirst(), PLAIN, place)).isEmpty();
  }

  @Test
  void foldersOfVideosAreData() throws IOException {
    Path videos = Files.createDirectories(folder.resolve("videos"));
    for (int i = 0; i < 12; i++) {
      Videos.write(videos.resolve("v" + i + ".mp4"), "mpeg4", 10, 32, 16, 3 + i % 4);
    }
    Files.writeString(videos.resolve("broken.mp4"), "no video");
    Model model = model("B,2,3,16,16");
    Path file = folder.resolve("model.onnx");

    Task task =
        TaskProvider.find(
            new TaskProvider.Request(
                "agreement",
                Bundle.of(model),
                SingleProgram.of(model, file, SingleProgram.Options.DEFAULT),
                file,
                videos,
                Map.of(),
                7));

    assertThat(task.samples().size()).isEqualTo(12);
    assertThat(task.samples().account())
        .anyMatch(line -> line.contains("broken.mp4: The video") && line.contains("is no video"))
        .anyMatch(line -> line.contains("videos are given as 2 frames, evenly spread"));
  }

  @Test
  void descriptionOfAFolderKnowsVideos() {
    Manifest proposed =
        new MediaPrograms()
            .propose(folder, Map.of("model.onnx", model("B,8,3,224,224")))
            .orElseThrow();

    assertThat(proposed.parts().get(Bundle.SINGLE).modality()).isEqualTo(Modality.VIDEO);
  }
}
