package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Fields;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.Captions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retrieval of texts by pictures. */
class CaptionRetrievalTest {
  private static final Program NONE =
      new Program() {
        @Override
        public String name() {
          return "none";
        }

        @Override
        public Map<String, Tensor> run(Sample sample, Parts parts) {
          return Map.of();
        }
      };

  @TempDir private Path folder;

  @BeforeEach
  void makePictures() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    for (String name : List.of("in/a.png", "in/b.png", "c.png")) {
      ImageIO.write(new BufferedImage(2, 2, 1), "png", folder.resolve(name).toFile());
    }
  }

  @Test
  void picturesAreQueriesAndDifferentTextsTheGallery() throws IOException {
    Path list = write("list.tsv", "image\tlabel\nin/a.png\ta cup\nin/b.png\ta sun\nc.png\ta cup\n");

    RetrievalTask task = RetrievalTask.of(Captions.read(list), NONE);

    assertThat(samples(task.samples()))
        .extracting(sample -> sample.with(Fields.NONE))
        .containsExactly(
            new Sample.File("in/a.png", folder.resolve("in/a.png")),
            new Sample.File("in/b.png", folder.resolve("in/b.png")),
            new Sample.File("c.png", folder.resolve("c.png")),
            new Sample.Text("label 'a cup'", "a cup"),
            new Sample.Text("label 'a sun'", "a sun"));
    assertThat(task.samples().get(1).fields().text("text")).hasValue("a sun");
    Map<String, Tensor> cup = embedding(1, 0);
    Map<String, Tensor> sun = embedding(0, 1);
    List<Map<String, Tensor>> outputs = List.of(cup, cup, cup, cup, sun);
    assertThat(task.scores().of(outputs, outputs).get(1).perSample()).containsExactly(1, 0, 1);
  }

  @Test
  void bothWaysAreTold() throws IOException {
    Path list = write("list.tsv", "in/a.png\ta cup\nin/b.png\ta sun\nc.png\ta cup\n");
    RetrievalTask task = RetrievalTask.of(Captions.read(list), NONE);
    // Pictures a, b and c, then the texts of a cup and a sun.
    List<Map<String, Tensor>> outputs =
        List.of(
            embedding(0, 1),
            embedding(1, .1f),
            embedding(1, .5f),
            embedding(1, 0),
            embedding(.6f, 1));

    List<Task.Score> scores = task.scores().of(outputs, outputs);

    assertThat(scores).extracting(Task.Score::metric).isEqualTo(task.metrics());
    // Of the cup's pictures c is nearer than a, but b is the nearest; the sun's b is the last.
    assertThat(score(scores, "reverse recall@1").perSample()).containsExactly(0, 0);
    assertThat(score(scores, "reverse recall@5").perSample()).containsExactly(1, 1);
    assertThat(score(scores, "recall@5").perSample()).containsExactly(1, 1, 1);
    assertThat(Ranking.ofLabels(vectors(outputs, 0, 3), vectors(outputs, 3, 5), answers(0, 1, 0)))
        .containsExactly(2, 3);
    assertThat(Ranking.ofLabels(vectors(outputs, 0, 1), vectors(outputs, 3, 5), answers(0)))
        .as("a label that belongs to no picture is not asked for")
        .containsExactly(1);
  }

  private static List<int[]> answers(int... labels) {
    return IntStream.of(labels).mapToObj(label -> new int[] {label}).toList();
  }

  private static Task.Score score(List<Task.Score> scores, String metric) {
    return scores.stream().filter(each -> each.metric().equals(metric)).findFirst().orElseThrow();
  }

  private static float[][] vectors(List<Map<String, Tensor>> outputs, int from, int to) {
    return outputs.subList(from, to).stream()
        .map(each -> each.get("embedding").toFloats())
        .toArray(float[][]::new);
  }

  @Test
  void jsonLinesSayTheSame() throws IOException {
    Path table = write("list.tsv", "in/a.png\ta cup\nc.png\ta sun\n");
    Path lines =
        write(
            "list.jsonl",
            """
            {"image": "in/a.png", "text": "a cup", "source": "mine"}
            {"text": "a sun", "image": "./c.png"}
            """);

    assertThat(Captions.read(lines).captions())
        .extracting(Captions.Caption::picture, Captions.Caption::text)
        .isEqualTo(
            Captions.read(table).captions().stream()
                .map(each -> org.assertj.core.groups.Tuple.tuple(each.picture(), each.text()))
                .toList());
  }

  @Test
  void calibrationHasAsManyTextsAsPicturesHoweverFewThereAre() throws IOException {
    Path list = write("list.tsv", "in/a.png\ta cup\nin/b.png\ta cup\n".repeat(50));

    Samples chosen = RetrievalTask.of(Captions.read(list), NONE).calibration().spread(24);

    assertThat(samples(chosen)).filteredOn(Sample.File.class::isInstance).hasSize(12);
    assertThat(samples(chosen)).filteredOn(Sample.Text.class::isInstance).hasSize(12);
  }

  @Test
  void linesThatCannotBeUsedSayWhy() throws IOException {
    Files.writeString(folder.resolve("bad.png"), "no picture");
    Files.createDirectories(folder.resolve("inner"));
    Files.createSymbolicLink(folder.resolve("inner/out.png"), folder.resolve("c.png"));
    ImageIO.write(new BufferedImage(2, 2, 1), "png", folder.resolve("inner/d.png").toFile());
    Path list =
        write(
            "inner/list.tsv",
            "d.png\ta cup\n".repeat(50)
                + "../c.png\ta cup\nout.png\ta cup\n/etc/hosts\ta cup\nd.png\n");

    assertThat(Captions.read(list).loaded().reasons())
        .containsExactly(
            "line 51: names the image ../c.png, which is outside the folder of the list",
            "line 52: names the image out.png, which is outside the folder of the list",
            "line 53: names the image /etc/hosts, which is outside the folder of the list",
            "line 54: has 1 columns, expected 2");

    Path worse = write("list.jsonl", "{\"image\": \"bad.png\", \"text\": \"a cup\"}\n[]\n{\n");
    assertThatThrownBy(() -> Captions.read(worse))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith(
            "3 of 3 samples in "
                + worse
                + " cannot be used, at most 10 % may be bad:\n  line 1: The picture "
                + folder.resolve("bad.png"))
        .hasMessageContaining("\n  line 2: is not a JSON object {...}\n  line 3: is not JSON: ");
  }

  @Test
  void embeddingsOfDifferentSizesCannotBeCompared() throws IOException {
    RetrievalTask task = RetrievalTask.of(Captions.read(write("list.tsv", "c.png\ta cup\n")), NONE);
    List<Map<String, Tensor>> outputs = List.of(embedding(1, 2), embedding(1, 2, 3));

    assertThatThrownBy(() -> task.scores().of(outputs, outputs))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "Queries and labels must have embeddings of one size to be compared, got 2 and 3.");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<Sample> samples(Samples samples) {
    return IntStream.range(0, samples.size()).mapToObj(samples::get).toList();
  }

  private static Map<String, Tensor> embedding(float... values) {
    return Collections.singletonMap(
        "embedding", Tensor.ofFloats(new long[] {values.length}, values));
  }
}
