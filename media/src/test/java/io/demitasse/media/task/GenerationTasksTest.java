package io.demitasse.media.task;

import static io.demitasse.media.task.ScriptedProgram.generated;
import static io.demitasse.media.task.ScriptedProgram.score;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.ir.Tensor;
import io.demitasse.media.sound.Waves;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of programs that generate text. */
class GenerationTasksTest {
  @TempDir private Path folder;

  @BeforeEach
  void make() throws IOException {
    for (String name : List.of("a.wav", "b.wav", "c.wav")) {
      Waves.write(
          folder.resolve(name), AudioFileFormat.Type.WAVE, 8000, 1, Waves.tone(440, 8000, 80));
    }
    for (String name : List.of("a.png", "b.png", "c.png")) {
      ImageIO.write(new BufferedImage(8, 6, 1), "png", folder.resolve(name).toFile());
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Task task(String name, Path data, Map<String, String> options) {
    return new ScriptedProgram(_ -> generated("", 0)).task(name, folder, data, options);
  }

  private Task speech() throws IOException {
    return task(
        "speech",
        write(
            "transcripts.csv",
            "audio,text\na.wav,\"Hello, World.\"\nb.wav,I don't know it at all now.\n"),
        Map.of());
  }

  @Test
  void wordsOfAllSoundsAreCountedTogether() throws IOException {
    Task task = speech();

    List<Score> scores =
        task.scores()
            .of(
                List.of(generated("hello world", -1), generated("I do not know at it all", -1)),
                List.of(generated("", -1), generated("", -1)));

    assertThat(scores).extracting(Score::metric).isEqualTo(task.metrics());
    // "i do not know it at all now" is of eight words, of which three are wrong: 3 of 10.
    assertThat(scores.getFirst().value()).isCloseTo(.7, within(1e-12));
    assertThat(scores.getFirst().limited()).isTrue();
    assertThat(scores).filteredOn(Score::limited).hasSize(1);
    assertThat(score(scores, "exact").perSample()).containsExactly(1, 0);
    // Drawn twice, the second sound alone gives 1 - 3/8.
    assertThat(scores.getFirst().statistic().of(new int[] {1, 1})).isCloseTo(.625, within(1e-12));
  }

  @Test
  void whatIsSaidTooMuchTakesAccuracyBelowZero() throws IOException {
    Task task = speech();

    List<Score> scores =
        task.scores()
            .of(
                List.of(generated("a b c d e f g h i j k l", -1), generated("", -1)),
                List.of(generated("", -1), generated("", -1)));

    assertThat(scores.getFirst().value()).isLessThan(0);
    assertThat(score(scores, "character accuracy").value()).isLessThan(1);
  }

  @Test
  void normalizationIsSaid() throws IOException {
    Path data = write("t.csv", "audio,text\na.wav,Hello\n");
    List<Map<String, Tensor>> said = List.of(generated("hello", -1));

    assertThat(task("speech", data, Map.of()).scores().of(said, said).getFirst().value())
        .isEqualTo(1);
    assertThat(
            task("speech", data, Map.of("normalization", "none"))
                .scores()
                .of(said, said)
                .getFirst()
                .value())
        .isZero();
    assertThatThrownBy(() -> task("speech", data, Map.of("normalization", "deutsch")))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("There is no text normalization 'deutsch'");
  }

  @Test
  void transcriptsThatChangedAreShownBesideTheTruthWorstFirst() throws IOException {
    Task task = speech();

    List<Difference> differences =
        task.differences(5)
            .orElseThrow()
            .of(
                List.of(generated("hello word", -1), generated("i do", -1)),
                List.of(
                    generated("hello world", -1), generated("i do not know it at all now", -1)));

    assertThat(differences).extracting(Difference::sample).containsExactly("b.wav", "a.wav");
    assertThat(differences.getLast().before()).isEqualTo("hello world");
    assertThat(differences.getLast().after()).isEqualTo("hello word");
    assertThat(differences.getLast().truth()).isEqualTo("Hello, World.");
    assertThat(differences.getLast().agreement()).isEqualTo(.5);
    assertThat(task.examples(5)).as("sounds cannot be seen").isEmpty();
  }

  @Test
  void soundsWithoutWordsAreRefusedTogether() throws IOException {
    Path data =
        write(
            "t.jsonl",
            """
            {"file": "a.wav"}
            {"file": "b.wav", "text": "[noise]"}
            {"file": "c.wav", "text": ["a", "b"]}
            """);

    assertThatThrownBy(() -> task("speech", data, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll(
            "3 of 3 samples",
            "a.wav: has no transcript",
            "b.wav: has a transcript without words: '[noise]'",
            "c.wav: has 2 transcripts, expected one");
    assertThatThrownBy(
            () -> new ScriptedProgram(_ -> Map.of()).task("speech", folder, null, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("The task speech needs data: sounds with transcripts");
  }

  @Test
  void aProgramThatGeneratesNothingIsRefused() throws IOException {
    List<Map<String, Tensor>> outputs =
        java.util.Collections.nCopies(2, Map.of("logits", Tensor.scalar(1f)));

    assertThatThrownBy(() -> speech().scores().of(outputs, outputs))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("A generated text is the outputs");
  }

  private Task captioning() throws IOException {
    return task(
        "captioning",
        write(
            "c.csv",
            "image,caption\na.png,a red cup on it\na.png,One red cup.\nb.png,a blue sun over it\n"),
        Map.of());
  }

  @Test
  void captionsAreJudgedByAllThatPeopleSay() throws IOException {
    Task task = captioning();
    List<Map<String, Tensor>> right =
        List.of(generated("one red cup", -1), generated("A blue sun over it!", -1));
    List<Map<String, Tensor>> wrong = List.of(generated("", -1), generated("a cat", -1));

    List<Score> scores = task.scores().of(right, right);

    assertThat(scores).extracting(Score::metric).isEqualTo(task.metrics());
    assertThat(score(scores, "exact").perSample()).containsExactly(1, 1);
    assertThat(score(scores, "rouge-l").perSample()).containsExactly(1, 1);
    // The second picture has one caption, which is right.
    assertThat(score(scores, "cider").perSample()[1]).isCloseTo(10, within(1e-9));
    assertThat(score(scores, "cider").limited()).isTrue();
    assertThat(score(scores, "bleu-4").value()).isCloseTo(1, within(1e-12));
    assertThat(score(task.scores().of(wrong, wrong), "cider").perSample()).containsExactly(0, 0);
  }

  @Test
  void captionsThatChangedAreShownOnTheirPictures() throws IOException {
    Task task = captioning();

    List<Example> examples =
        task.examples(5)
            .orElseThrow()
            .of(
                List.of(generated("one cup", -1), generated("a sun", -1)),
                List.of(generated("one red cup", -1), generated("a sun", -1)));

    assertThat(task.differences(5)).isEmpty();
    assertThat(examples).hasSize(1);
    assertThat(examples.getFirst().picture()).isEqualTo(folder.resolve("a.png"));
    assertThat(examples.getFirst().marks())
        .containsExactly(
            new Example.Mark(
                List.of(0.0, 0.0, 8.0, 0.0, 8.0, 6.0, 0.0, 6.0),
                "one red cup",
                "one cup",
                "a red cup on it"));
  }

  @Test
  void picturesWithoutCaptionsAreRefused() throws IOException {
    Path none = write("n.jsonl", "{\"image\": \"a.png\"}\n{\"image\": \"b.png\", \"text\": \"!\"}");
    Path one = write("o.jsonl", "{\"image\": \"a.png\", \"text\": \"a cup\"}\n");

    assertThatThrownBy(() -> task("captioning", none, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll("a.png: has no caption", "b.png: has a caption without words");
    assertThatThrownBy(() -> task("captioning", one, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("needs two pictures at least");
  }

  @Test
  void generatedTextsAgreeTokenByToken() throws IOException {
    Task task = task("generation-agreement", write("t.txt", "x\ny\nz\n"), Map.of());
    List<Map<String, Tensor>> original =
        List.of(generated("a b c d", -1), generated("a b", -1), generated("", 0));
    List<Map<String, Tensor>> changed =
        List.of(generated("a b x d e", -1.5f), generated("a b", -1.25f), generated("", 0));

    List<Score> scores = task.scores().of(changed, original);

    assertThat(scores).extracting(Score::metric).isEqualTo(task.metrics());
    assertThat(scores.getFirst().limited()).isTrue();
    // One of five replaced, one too much.
    assertThat(scores.getFirst().perSample())
        .containsExactly(new double[] {.6, 1, 1}, within(1e-12));
    assertThat(score(scores, "same text").perSample()).containsExactly(0, 1, 1);
    // Two tokens before the first that differs are off by .5, two by .25.
    assertThat(score(scores, "negative log-probability difference").value())
        .isCloseTo(-.375, within(1e-12));
    assertThat(task.differences(3).orElseThrow().of(changed, original))
        .containsExactly(
            new Difference("line 1", "x", "a b c d", "a b x d e", "token agreement", .6));
    assertThat(task.scores().of(original, original).get(2).value()).isZero();
  }

  @Test
  void probabilitiesThatAreNoNumbersAreFar() throws IOException {
    Task task = task("generation-agreement", write("t.txt", "x\n"), Map.of());

    List<Score> scores =
        task.scores().of(List.of(generated("a", Float.NaN)), List.of(generated("a", -1)));

    assertThat(scores.getLast().value()).isEqualTo(-100);
  }
}
