package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Fields;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.RunningParts;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.SmallTokenizer;
import io.demitasse.media.task.AgreementTask;
import io.demitasse.pass.Where;
import io.demitasse.passes.prune.TrimVocabulary;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vocabularies without what the data never use, with the tokenizers that fit. */
final class TrimVocabularyTest {
  private static final List<String> TEXTS =
      List.of("the small cat", "a red chair and a book", "the cat sleeps on the red chair");

  private static final Recipe STEPS =
      Recipes.parse(
          """
          demitasse: 1
          resolved: true
          steps:
          - pass: trim-vocabulary
          """,
          "the test's recipe");

  @TempDir private Path folder;
  private Path original;
  private Path data;

  @BeforeEach
  void makeModel() throws IOException {
    Path place = Files.createDirectories(folder.resolve("original"));
    original = SmallTowers.write(text("", ""), place.resolve("model.onnx"));
    SmallTokenizer.in(place);
    data = folder.resolve("texts.txt");
    Files.write(data, Collections.nCopies(20, TEXTS).stream().flatMap(List::stream).toList());
  }

  /**
   * A model of one table.
   *
   * @param outputs beside the vectors of tokens
   * @param more lines of the graph
   */
  private static String text(String outputs, String more) {
    return """
    ir 8, opset 17

    graph text(input_ids: int64[batch,sequence], attention_mask: int64[batch,sequence])
        -> (last_hidden_state: float[batch,sequence,256]%s) {
      words = float[%d,64] ~ 11
      up = float[64,256] ~ 12
      x = Gather(words, input_ids)
      last_hidden_state = MatMul(x, up)
      %s
    }
    """
        .formatted(outputs, SmallTokenizer.IDS, more);
  }

  private Compressed compressed(Path model, Recipe steps) {
    return Demitasse.open(model)
        .data(data)
        .recipe(steps)
        .effort(new PairedTiming.Effort(3, 3, 1))
        .threads(1)
        .compress();
  }

  private static float[] embedding(Path file, String text) {
    Model model = Ports.find().format().read(file);
    try (SingleProgram program = SingleProgram.of(model, file, SingleProgram.Options.DEFAULT);
        RunningParts parts =
            new RunningParts(
                _ -> Ports.find().runtime().open(file, Runtime.SessionOptions.of(1)),
                (_, _) -> {})) {
      return program
          .run(new Sample.Text("text", text, Fields.NONE), parts)
          .get(SingleProgram.EMBEDDING)
          .toFloats();
    }
  }

  private static long rows(Path file) {
    Model model = Ports.find().format().read(file);
    assertThat(model.graph().nodes()).as("nothing looks ids up").hasSize(2);
    return model.graph().find("words").constant().orElseThrow().size(0);
  }

  @Test
  void whatDataUseMeansTheSameWithTheTokenizerBesideIt() throws IOException {
    Path small = folder.resolve("small");
    try (Compressed result = compressed(original, STEPS)) {
      result.writeTo(small);
    }

    assertThat(Files.readString(small.resolve("report.json")))
        .containsPattern("[0-9]+ of 301 entries of the vocabulary go, [0-9]+ stay");

    assertThat(small.resolve("tokenizer.json")).isRegularFile();
    assertThat(rows(small.resolve("model.onnx"))).isBetween(80L, 120L);
    for (String text : TEXTS) {
      assertThat(embedding(small.resolve("model.onnx"), text))
          .as(text)
          .isEqualTo(embedding(original, text));
    }
    assertThat(embedding(small.resolve("model.onnx"), "a dog")).isNotEmpty();
  }

  @Test
  void aTokenizerBesideAFileIsCalledAfterIt() {
    Path small = folder.resolve("small.onnx");
    try (Compressed result = compressed(original, STEPS)) {
      result.writeTo(small);
      result.replaceAt(small);
    }

    assertThat(folder.resolve("small-tokenizer.json")).isRegularFile();
    assertThat(folder.resolve("tokenizer.json")).doesNotExist();
    assertThat(embedding(small, TEXTS.getFirst())).isEqualTo(embedding(original, TEXTS.getFirst()));
  }

  @Test
  void aTokenizerOfSomebodyIsNotReplaced() throws IOException {
    Path theirs = Files.writeString(folder.resolve("small-tokenizer.json"), "theirs");

    try (Compressed result = compressed(original, STEPS)) {
      assertThatThrownBy(() -> result.writeTo(folder.resolve("small.onnx")))
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("small-tokenizer.json");
    }

    assertThat(theirs).hasContent("theirs");
    assertThat(folder.resolve("small.onnx")).doesNotExist();
  }

  @Test
  void aReplayGivesTheSameBytes() throws IOException {
    Path one = folder.resolve("one");
    try (Compressed result = compressed(original, STEPS)) {
      result.writeTo(one);
    }
    Path two = folder.resolve("two");

    try (Compressed result = compressed(original, Recipes.read(one.resolve("recipe.yaml")))) {
      result.writeTo(two);
    }

    for (String file : List.of("model.onnx", "tokenizer.json", "recipe.yaml")) {
      assertThat(Files.mismatch(one.resolve(file), two.resolve(file))).as(file).isEqualTo(-1);
    }
  }

  @Test
  void ofABundleThePartWithATokenizerIsTrimmed() throws IOException {
    Path towers = SmallTowers.in(folder.resolve("towers"));
    Files.writeString(
        towers.resolve(Manifest.FILE), Manifests.text(Demitasse.folder(towers).describe()));
    data = SmallTowers.data(folder.resolve("pairs"), 4);
    Path small = folder.resolve("small");

    try (Compressed result =
        compressed(
            towers,
            Recipes.parse(
                """
                demitasse: 1
                resolved: true
                steps:
                - pass: trim-vocabulary
                  where: {parts: text}
                """,
                "the test's recipe"))) {
      result.writeTo(small);
    }

    assertThat(Files.size(small.resolve("tokenizer.json")))
        .isLessThan(Files.size(towers.resolve("tokenizer.json")));
    Model text = Ports.find().format().read(small.resolve("text_model.onnx"));
    assertThat(text.graph().find("words").constant().orElseThrow().size(0)).isLessThan(200);
    Sample sample = new Sample.Text("text", "a cat", Fields.NONE);
    try (OpenBundle before = new OpenBundle(towers);
        OpenBundle after = new OpenBundle(small)) {
      assertThat(after.run(sample).keySet()).isEqualTo(before.run(sample).keySet());
    }
  }

  private StepResult applied(String text) {
    Model model = TextGraph.parse(text);
    Bundle bundle = Bundle.of(model);
    Samples samples =
        Samples.of(
            "texts",
            TEXTS.stream().map(each -> (Sample) new Sample.Text(each, each, Fields.NONE)).toList());
    try (Program program = SingleProgram.of(model, original, SingleProgram.Options.DEFAULT)) {
      return new Pipeline(Ports.find().runtime(), bundle, new AgreementTask(samples, program), 1)
          .apply(bundle, Step.of(new TrimVocabulary(1), Where.EVERYWHERE));
    }
  }

  private void refused(String text, String why) {
    StepResult result = applied(text);
    assertThat(result.changedAnything()).isFalse();
    assertThat(result.changes()).extracting(Change::text).anyMatch(each -> each.contains(why));
  }

  @Test
  void outputsOverTheVocabularyAreLeftAlone() {
    refused(
        text(
            ", logits: float[batch,sequence,301]", "h = float[64,301] ~ 1\n logits = MatMul(x, h)"),
        "output 'logits' has an entry for each of the vocabulary");
    refused(
        text(", logits: float[batch,sequence,V]", "h = Transpose(words)\n logits = MatMul(x, h)"),
        "outputs over the vocabulary would lose entries");
  }

  @Test
  void idsThatSomethingElseReadsStay() {
    refused(text(", f: float[batch,sequence]", "f = Cast(input_ids) <to=1>"), "are output");
    refused(
        text(", f: int64[batch,sequence]", "two = int64[1] {2}\n f = Mul(input_ids, two)"),
        "reads the ids of tokens");
  }

  @Test
  void aTableOfFewerRowsThanTheTokenizerHasIsLeftAlone() {
    refused(
        text("", "").replace("float[301,64]", "float[200,64]"),
        "its tokenizer has ids to 300, and a table has 200 rows");
  }

  @Test
  void countsFromOne() {
    assertThatThrownBy(() -> new TrimVocabulary(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("minimum-count must be at least 1, got 0");
  }

  @Test
  void whereNothingIsUsedSoOftenItIsSaid() {
    Recipe rare =
        Recipes.parse(
            """
            demitasse: 1
            steps:
            - pass: trim-vocabulary
              options: {minimum-count: 1000000}
            """,
            "the test's recipe");

    try (Compressed result = compressed(original, rare)) {
      assertThat(result.report().candidates().toString()).contains("give more texts");
    }
  }
}
