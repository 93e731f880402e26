package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.SmallTokenizer;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Similarity, tagging and language modeling. */
class LabeledTextsTest {
  @TempDir private Path folder;

  @BeforeEach
  void putTokenizer() {
    SmallTokenizer.in(folder);
  }

  private static Model model(String output, String weights, String calls) {
    return TextGraph.parse(
        "ir 8, opset 17\n\ngraph main(input_ids: int64[B,S], attention_mask: int64[B,S]) -> ("
            + output
            + ") {\n"
            + weights
            + calls
            + "}\n");
  }

  /** A score of each of five tags for each token. */
  private static Model tagger() {
    return model("logits", "  table = float[301,5] ~ 1\n", "  logits = Gather(table, input_ids)\n");
  }

  /** A score of each word after each token. */
  private static Model generator() {
    return model(
        "logits", "  table = float[301,301] ~ 1\n", "  logits = Gather(table, input_ids)\n");
  }

  /** One number for all tokens together. */
  private static Model comparer() {
    return model(
        "y",
        "  table = float[301,1] ~ 1\n",
        "  each = Gather(table, input_ids)\n  y = ReduceMean(each) <axes=[1], keepdims=0>\n");
  }

  private static Model encoder() {
    return model(
        "last_hidden_state",
        "  table = float[301,8] ~ 1\n",
        "  last_hidden_state = Gather(table, input_ids)\n");
  }

  private Task task(String name, Model model, String file, String content) throws IOException {
    Path place = folder.resolve("model.onnx");
    return TaskProvider.find(
        new TaskProvider.Request(
            name,
            Bundle.of(model),
            SingleProgram.of(model, place, SingleProgram.Options.DEFAULT),
            place,
            Files.writeString(folder.resolve(file), content),
            Map.of(),
            7));
  }

  private static Score score(List<Score> scores, String metric) {
    return scores.stream().filter(each -> each.metric().equals(metric)).findFirst().orElseThrow();
  }

  private static Map<String, Tensor> angle(double cosine) {
    return Map.of(
        "first",
        Tensor.ofFloats(new long[] {2}, 1, 0),
        "second",
        Tensor.ofFloats(new long[] {2}, (float) cosine, (float) Math.sqrt(1 - cosine * cosine)));
  }

  @Test
  void ranksOfCosinesAreComparedByHand() throws IOException {
    Task task =
        task(
            "similarity",
            encoder(),
            "pairs.csv",
            "text,text2,score\ncup,tea,1\ncat,dog,2\nred,blue,3\nsun,moon,3\n");
    List<Map<String, Tensor>> outputs =
        Stream.of(.1, .5, .3, .9).map(LabeledTextsTest::angle).toList();

    List<Score> scores = task.scores().of(outputs, outputs);

    // Ranks 1, 2, 3.5, 3.5 against 1, 3, 2, 4.
    assertThat(score(scores, "spearman").value()).isCloseTo(3 / Math.sqrt(4.5 * 5), within(1e-9));
    assertThat(scores)
        .filteredOn(Score::limited)
        .extracting(Score::metric)
        .containsExactly("spearman");
    assertThat(TextSimilarity.ranks(new double[] {3, 1, 3, 3})).containsExactly(3, 1, 3, 3);
  }

  @Test
  void bothTextsAreEmbeddedAndAModelEqualsItself() throws IOException {
    Path model = write(encoder());
    Path pairs =
        Files.writeString(
            folder.resolve("pairs.jsonl"),
            """
            {"text":"a red cup","text2":"the dog","score":1}
            {"text":"a red cup","text2":"a red cup","score":5}
            {"text":"the sea","text2":"the lake","score":4}
            """);

    List<ScoreComparison> scores =
        Demitasse.open(model).task("similarity").data(pairs).evaluate(model).scores();

    assertThat(scores.getFirst().metric()).isEqualTo("spearman");
    assertThat(scores.getFirst().degradation().value()).isZero();
    assertThat(scores.getFirst().baseline().value()).isBetween(-1.0, 1.0);
  }

  @Test
  void aModelOfTwoTextsReadsThemAsOne() throws IOException {
    Path model = write(comparer());
    String rows = "text,text2,score\na cup,a dog,1\na cup,the sea,2\nred,blue,3\n";
    Task task = task("similarity", comparer(), "pairs.csv", rows);

    assertThat(task.supervision().orElseThrow().kind()).isEqualTo(Supervision.Kind.VALUES);
    List<Map<String, Tensor>> outputs =
        Stream.of(1f, 2f, 3f)
            .map(number -> Map.of("y", Tensor.ofFloats(new long[] {1, 1}, number)))
            .toList();
    assertThat(score(task.scores().of(outputs, outputs), "spearman").value())
        .isCloseTo(1, within(1e-9));
    ScoreComparison spearman =
        Demitasse.open(model)
            .task("similarity")
            .data(folder.resolve("pairs.csv"))
            .evaluate(model)
            .scores()
            .getFirst();
    assertThat(spearman.baseline().value()).isBetween(-1.0, 1.0);
    assertThat(spearman.degradation().value()).isZero();
  }

  @Test
  void pairsWithoutASecondTextAreRefused() {
    assertThatThrownBy(() -> task("similarity", encoder(), "pairs.csv", "text,score\na,1\nb,2\n"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("has no second text");
  }

  @Test
  void entitiesAreFoundAsSeqevalFindsThem() {
    assertThat(Entities.of(List.of("O", "B-PER", "I-PER", "O", "B-LOC")))
        .containsExactly(entity("PER", 1, 2), entity("LOC", 4, 4));
    assertThat(Entities.of(List.of("I-PER", "I-PER", "I-LOC", "B-LOC")))
        .containsExactly(entity("PER", 0, 1), entity("LOC", 2, 2), entity("LOC", 3, 3));
    assertThat(Entities.of(List.of("B-PER", "E-PER", "S-ORG", "I-ORG")))
        .containsExactly(entity("PER", 0, 1), entity("ORG", 2, 2), entity("ORG", 3, 3));
    assertThat(Entities.of(List.of("O", "NOUN", ""))).isEmpty();
    assertThat(Entities.of(List.of())).isEqualTo(Set.of());
  }

  private static Entities.Entity entity(String type, int from, int to) {
    return new Entities.Entity(type, from, to);
  }

  @Test
  void wordsBeginWhereTheirFirstTokenIs() {
    try (TextTokenizer tokenizer =
        TextTokenizer.open(SmallTokenizer.in(folder), new TextLimits(7, false, 301))) {
      // [CLS] an ##n sit ##s, then 🙂 and what the text is cut before.
      assertThat(tokenizer.firstTokens(List.of("Ann", "sits", "🙂", "cup")))
          .containsExactly(1, 3, 5, -1);
      // Do ##n ' t go.
      assertThat(tokenizer.firstTokens(List.of("don't", "go"))).containsExactly(1, 5);
      assertThat(tokenizer.encodePair("cup", "tea").inputIds().toLongs())
          .containsExactly(2, 168, 3, 170, 3);
      assertThat(tokenizer.encodePair("cup", "tea").tokenTypeIds().toLongs())
          .containsExactly(0, 0, 0, 1, 1);
    }
  }

  private static final String TAGGED =
      """
      {"tokens":["Ann","sits"],"tags":["B-PER","O"]}
      {"tokens":["the","sea"],"tags":["B-LOC","I-LOC"]}
      """;

  private Task tagging(String lines) throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "O\nB-PER\nI-PER\nB-LOC\nI-LOC\n");
    return task("tagging", tagger(), "tagged.jsonl", lines);
  }

  /** Scores of five tags for tokens that are said to have some. */
  private static Map<String, Tensor> tags(int... said) {
    float[] scores = new float[5 * said.length];
    for (int i = 0; i < said.length; i++) {
      scores[5 * i + said[i]] = 1;
    }
    return Map.of("logits", Tensor.ofFloats(new long[] {1, said.length, 5}, scores));
  }

  @Test
  void entitiesOfAllTextsAreCountedTogether() throws IOException {
    Task task = tagging(TAGGED);
    // The first tokens are 1 and 3 of the first text, 1 and 2 of the second.
    List<Map<String, Tensor>> outputs = List.of(tags(0, 1, 4, 0, 0, 0), tags(0, 3, 0, 0));

    List<Score> scores = task.scores().of(outputs, outputs);

    assertThat(score(scores, "entity f1").value()).isEqualTo(2.0 * 1 / (2 + 2));
    assertThat(score(scores, "token accuracy").value()).isEqualTo(.75);
    assertThat(scores)
        .filteredOn(Score::limited)
        .extracting(Score::metric)
        .containsExactly("entity f1");
    Supervision supervision = task.supervision().orElseThrow();
    assertThat(supervision.kind()).isEqualTo(Supervision.Kind.TOKENS);
    assertThat(supervision.target(task.samples().get(0)).toLongs())
        .containsExactly(-100, 1, -100, 0, -100, -100);
  }

  @Test
  void tagsThatNameNoEntitiesAreCountedByWord() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "DET\nNOUN\nVERB\nADJ\nX\n");
    Task task =
        task(
            "tagging",
            tagger(),
            "t.jsonl",
            "{\"tokens\":[\"the\",\"sea\"],\"tags\":[\"DET\",\"NOUN\"]}\n");
    List<Map<String, Tensor>> outputs = List.of(tags(0, 0, 2, 0));

    List<Score> scores = task.scores().of(outputs, outputs);

    assertThat(scores).extracting(Score::metric).containsExactly("token accuracy");
    assertThat(scores.getFirst().limited()).isTrue();
    assertThat(scores.getFirst().value()).isEqualTo(.5);
  }

  @Test
  void tagsOfOtherNumberThanWordsAreRefused() {
    assertThatThrownBy(() -> tagging("{\"tokens\":[\"a\",\"b\"],\"tags\":[\"O\"]}\n"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("has 2 tokens and 1 tags");
    assertThatThrownBy(() -> tagging("{\"tokens\":[\"a\"],\"tags\":[\"B-ORG\"]}\n"))
        .hasMessageContaining("labels.txt names no class, or several, like B-ORG");
  }

  @Test
  void aTaggerEqualsItself() throws IOException {
    tagging(TAGGED);
    Path model = write(tagger());

    ScoreComparison f1 =
        Demitasse.open(model)
            .task("tagging")
            .data(folder.resolve("tagged.jsonl"))
            .evaluate(model)
            .scores()
            .getFirst();

    assertThat(f1.metric()).isEqualTo("entity f1");
    assertThat(f1.degradation().value()).isZero();
  }

  @Test
  void whatComesNextIsAsLikelyAsTheModelSays() throws IOException {
    Task task = task("language-modeling", generator(), "t.txt", "a cup\nthe\n");
    // Token ids of "a cup": 2 4 168 3. Two in 300 + e for what is right, one in 301 where all are
    // equal.
    Map<String, Tensor> run =
        task.program()
            .run(
                task.samples().get(0),
                (part, inputs) -> {
                  float[] scores = new float[4 * 301];
                  scores[4] = 1;
                  return Map.of("logits", Tensor.ofFloats(new long[] {1, 4, 301}, scores));
                });

    float[] likelihoods = run.get("log likelihood").toFloats();
    assertThat(likelihoods).hasSize(3);
    assertThat(likelihoods[0]).isCloseTo((float) (1 - Math.log(300 + Math.E)), within(1e-5f));
    assertThat(likelihoods[1]).isCloseTo((float) -Math.log(301), within(1e-5f));
    Tensor target = task.supervision().orElseThrow().target(task.samples().get(0));
    assertThat(target.toLongs()).containsExactly(4, 168, 3, -100);
  }

  @Test
  void perplexityIsOfAllTokensTogether() throws IOException {
    Task task = task("language-modeling", generator(), "t.txt", "a cup\nthe\n");
    List<Map<String, Tensor>> outputs =
        List.of(
            Map.of("log likelihood", Tensor.ofFloats(new long[] {3}, -1, -2, -3)),
            Map.of("log likelihood", Tensor.ofFloats(new long[] {1}, -4)));

    List<Score> scores = task.scores().of(outputs, outputs);

    assertThat(score(scores, "log likelihood").value()).isEqualTo(-2.5);
    assertThat(score(scores, "negative perplexity").value()).isEqualTo(-Math.exp(2.5));
  }

  @Test
  void aGeneratorEqualsItselfOnBuiltInSentences() throws IOException {
    Path model = write(generator());

    List<ScoreComparison> scores =
        Demitasse.open(model).task("language-modeling").evaluate(model).scores();

    assertThat(scores.getFirst().degradation().value()).isZero();
    // Scores are random: no token is much likelier than another.
    assertThat(scores.getFirst().baseline().value()).isBetween(-8.0, -4.0);
  }

  @Test
  void modelsOfOtherOutputsAreRefused() {
    assertThatThrownBy(() -> task("language-modeling", comparer(), "t.txt", "a cup\n"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("needs a float output [B, tokens, classes]");
    assertThatThrownBy(() -> task("tagging", encoder(), "t.txt", "a cup\n"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("has 0 tokens and 0 tags");
  }

  private Path write(Model model) {
    Path file = folder.resolve("model.onnx");
    Ports.find().format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }
}
