package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Fields;
import io.demitasse.data.Modalities;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.generate.GenerationRules;
import io.demitasse.media.wired.Loop;
import io.demitasse.media.wired.Source;
import io.demitasse.media.wired.Wiring;
import io.demitasse.ops.InputFlow;
import io.demitasse.port.Ports;
import io.demitasse.saliency.Occlusion;
import io.demitasse.saliency.Saliency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What flows between a picture's tower, a text's and the head in which they meet is of. */
class WiredModalitiesTest {
  private static final String BUNDLE =
      """
      demitasse-bundle: 1
      program: wired
      settings:
        steps:
        - run: vision
          inputs: {pixel_values: $image}
        - run: text
          inputs: {input_ids: $question}
        - run: head
          inputs: {picture: vision.image_embeds, words: text.text_embeds}
      parts:
        vision: {file: vision_model.onnx, modality: image}
        text: {file: text_model.onnx, modality: text}
        head: {file: head.onnx, modality: tensors}
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeParts() throws IOException {
    SmallTowers.in(folder);
    SmallTowers.write(
        """
        ir 8, opset 17
        graph head(picture: float[B,64], words: float[B,64]) -> (logits: float[B,5]) {
          weight = float[64,5] ~ 51
          seen = Relu(picture)
          both = Mul(seen, words)
          logits = MatMul(both, weight)
        }
        """,
        folder.resolve("head.onnx"));
    Files.writeString(folder.resolve("bundle.yaml"), BUNDLE);
  }

  private Map<String, Path> files() {
    Map<String, Path> files = new LinkedHashMap<>();
    Manifests.read(folder)
        .parts()
        .forEach((name, part) -> files.put(name, folder.resolve(part.file())));
    return files;
  }

  private Bundle bundle() {
    Map<String, Model> models = new LinkedHashMap<>();
    files().forEach((name, file) -> models.put(name, Ports.find().format().read(file)));
    return new Bundle(models);
  }

  private Sample.File question(int seed, String words) throws IOException {
    Path file = folder.resolve("picture" + seed + ".png");
    ImageIO.write(SmallTowers.picture(seed), "png", file.toFile());
    return new Sample.File(
        "picture" + seed, file, Fields.NONE.with("question", words).with("label", "cup"));
  }

  @Test
  void partsAreOfWhatFlowsIntoThem() {
    Bundle bundle = bundle();
    try (OpenBundle open = new OpenBundle(folder)) {
      Modalities modalities = open.program().modalities(bundle);
      InputFlow<Modality> head = flow(modalities, "head", bundle.part("head"));

      assertThat(modalities.all()).containsExactly(Modality.TEXT, Modality.IMAGE);
      assertThat(modalities.given().get("text").keySet()).contains("input_ids", "attention_mask");
      assertThat(head.of(bundle.part("head").graph().find("seen"))).containsExactly(Modality.IMAGE);
      assertThat(head.of(bundle.part("head").graph().find("logits")))
          .containsExactly(Modality.TEXT, Modality.IMAGE);
      assertThat(head.meetings())
          .extracting(Node::output)
          .extracting(value -> value.name())
          .containsExactly("both");
      assertThat(flow(modalities, "vision", bundle.part("vision")).meetings()).isEmpty();
    }
  }

  @Test
  void aSampleIsGivenThePictureOrTheQuestionOfAnother() throws IOException {
    Sample.File one = question(1, "a red cup");
    Sample.File other = question(2, "a blue ship");
    try (OpenBundle open = new OpenBundle(folder)) {
      Modalities modalities = open.program().modalities(bundle());
      Sample pictured = modalities.exchanged(one, Modality.IMAGE, other);
      Sample asked = modalities.exchanged(one, Modality.TEXT, other);

      assertThat(modalities.of(one)).containsExactly(Modality.TEXT, Modality.IMAGE);
      assertThat(modalities.of(new Sample.File("alone", one.path())))
          .containsExactly(Modality.IMAGE);
      assertThat(pictured).isEqualTo(new Sample.File("picture1", other.path(), one.fields()));
      assertThat(asked.fields().text("question")).hasValue("a blue ship");
      assertThat(asked.fields().text("label")).hasValue("cup");
      assertThat(((Sample.File) asked).path()).isEqualTo(one.path());
    }
  }

  @Test
  void thePatchesOfThePictureAndTheWordsOfTheQuestionAreTakenOut() throws IOException {
    BundleFiles files = new BundleFiles(files());
    try (OpenBundle open = new OpenBundle(folder)) {
      List<Saliency> maps =
          new Occlusion(
                  Ports.find().runtime(), open.program(), open.program().modalities(bundle()), 1)
              .of(
                  Samples.of("one", List.of(question(1, "a red cup"))),
                  files,
                  files,
                  (done, total) -> {});

      assertThat(maps)
          .extracting(Saliency::modality)
          .containsExactly(Modality.IMAGE, Modality.TEXT);
      assertThat(maps.getFirst().before()).hasSize(49).isEqualTo(maps.getFirst().after());
      assertThat(maps.getLast().places()).containsExactly("a", "red", "cup");
      assertThat(maps).extracting(Saliency::correlation).allMatch(each -> each > .999);
    }
  }

  @Test
  void cachesAreOfWhatBecomesThem() throws IOException {
    SmallTowers.write(WiredLoopTest.FIRST, folder.resolve("first.onnx"));
    SmallTowers.write(WiredLoopTest.LATER, folder.resolve("later.onnx"));
    Bundle towers = bundle();
    Map<String, Model> parts = new LinkedHashMap<>();
    parts.put("vision", towers.part("vision"));
    for (String part : List.of("first", "later")) {
      parts.put(part, Ports.find().format().read(folder.resolve(part + ".onnx")));
    }
    Loop loop =
        new Loop(
            "input_ids",
            "logits",
            Map.of("past_key", "key", "past_value", "value"),
            Map.of("past_crossed", "crossed"),
            "later",
            null,
            null,
            null,
            Optional.empty(),
            new GenerationRules(List.of(1L), Set.of(2L), Set.of(), Set.of(), 4, 1, 1));
    Wiring wiring =
        new Wiring(
            List.of(
                new Wiring.Run(
                    "vision",
                    "vision",
                    Map.of("pixel_values", new Source.OfSample("image", "")),
                    Optional.empty()),
                new Wiring.Run(
                    "words",
                    "first",
                    Map.of("states", new Source.OfRun("vision", "image_embeds")),
                    Optional.of(loop))),
            Map.of());

    Modalities modalities = new WiredModalities(wiring, new Bundle(parts)).modalities();
    Map<String, Set<Modality>> later = modalities.flowing().get("later");

    assertThat(later.get("past_key")).containsExactly(Modality.TEXT);
    assertThat(later.get("past_crossed")).containsExactly(Modality.IMAGE);
    assertThat(flow(modalities, "later", parts.get("later")).of(output(parts.get("later"))))
        .containsExactly(Modality.TEXT, Modality.IMAGE);
    assertThat(modalities.texts()).isEmpty();
  }

  private static InputFlow<Modality> flow(Modalities modalities, String part, Model model) {
    return InputFlow.of(model.graph(), input -> modalities.of(part, input));
  }

  private static Value output(Model model) {
    return model.graph().outputs().getFirst();
  }
}
