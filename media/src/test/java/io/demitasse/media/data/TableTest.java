package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables with a header. */
class TableTest {
  private static final SampleKinds TEXTS =
      SampleKinds.of(
          new DeclaredInputs(
              List.of(
                  new DeclaredInputs.Input(
                      "input_ids",
                      ValueType.tensor(
                          DataType.INT64, new Shape(List.of(Dim.named("B"), Dim.named("S")))),
                      true))));

  @TempDir private Path folder;

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static String text(Sample sample) {
    return ((Sample.Text) sample).text();
  }

  @Test
  void quotedValuesHoldCommasQuotesAndEndsOfLines() throws IOException {
    Path file =
        write(
            "a.csv",
            "\uFEFFText,label,speaker\r\n"
                + "\"one, \"\"two\"\"\",3,ann\r\n"
                + "\"over\r\nlines\",4,\r\n"
                + "\r\n"
                + "plain \"quote\" inside,5,bob");

    Dataset data = Datasets.open(file, TEXTS);

    assertThat(data.size()).isEqualTo(3);
    assertThat(text(data.get(2))).isEqualTo("plain \"quote\" inside");
    assertThat(text(data.get(0))).isEqualTo("one, \"two\"");
    assertThat(text(data.get(1))).isEqualTo("over\r\nlines");
    assertThat(data.get(0).fields().text("label")).hasValue("3");
    assertThat(data.get(0).fields().text("speaker")).hasValue("ann");
    assertThat(data.get(1).fields().names()).doesNotContain("speaker");
    assertThat(data.get(0).id()).isEqualTo("line 2");
    assertThat(data.get(1).id()).isEqualTo("line 3");
    assertThat(data.get(2).id()).isEqualTo("line 6");
    assertThat(data.account()).anyMatch(line -> line.contains("columns: text = Text; label"));
  }

  @Test
  void columnsCanBeSaidAndBeBetweenTabsOrSemicolons() throws IOException {
    Path tabs = write("a.tsv", "stars\tsaid\n5\tgood, really\n1\tbad\n");
    Path semicolons = write("b.csv", "said;stars\n\"a;b\";2\n");
    FieldNames names = FieldNames.parse("text=said, label=stars");

    Dataset data = Datasets.open(tabs, TEXTS, names);

    assertThat(text(data.get(0))).isEqualTo("good, really");
    assertThat(data.get(1).fields().text("label")).hasValue("1");
    assertThat(data.get(1).fields().text("stars")).hasValue("1");
    assertThat(text(Datasets.open(semicolons, TEXTS, names).get(0))).isEqualTo("a;b");
  }

  @Test
  void twoTextsAndAScoreAreOneSample() throws IOException {
    Path file = write("a.csv", "sentence1,sentence2,score,split\na,b,4.5,test\nc,d,1,train\n");

    Dataset data = Datasets.open(file, TEXTS);

    assertThat(text(data.get(0))).isEqualTo("a");
    assertThat(data.get(0).fields().text("second")).hasValue("b");
    assertThat(data.get(0).fields().number("score")).hasValue(4.5);
    assertThat(data.declared(0)).hasValue(Split.JUDGE);
    assertThat(data.declared(1)).hasValue(Split.TRAIN);
  }

  @Test
  void filesAreNamedBelowTheFolderOfTheTable() throws IOException {
    Files.createDirectory(folder.resolve("cups"));
    ImageIO.write(
        new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("cups/a.png").toFile());
    String good = "cups/a.png,cup,what is it?\n".repeat(27);
    Path file =
        write(
            "a.csv",
            "image,answer,question\n"
                + good
                + "../b.png,cup,x\n"
                + "cups/none.png,cup,x\n"
                + "cups/a.wav,cup,x\n");

    Dataset data = Datasets.open(file, SampleKinds.MEDIA);

    assertThat(data.size()).isEqualTo(27);
    assertThat(data.get(0)).isInstanceOf(Sample.File.class);
    assertThat(data.get(0).id()).isEqualTo("cups/a.png");
    assertThat(data.get(0).fields().text("label")).hasValue("cup");
    assertThat(data.get(0).fields().text("text")).hasValue("what is it?");
    assertThat(data.loaded().reasons())
        .containsExactly(
            "line 29: names the file ../b.png, which is outside the folder of the list",
            "line 30: names the file cups/none.png, and there is none",
            "line 31: names the file cups/a.wav, which is of no kind that this model takes");
  }

  @Test
  void columnsOfNumbersMakeOneInput() throws IOException {
    SampleKinds kinds = SampleKinds.of(vector(3));
    Path file = write("a.csv", "id2,a,b,label\n1,2.5,-3,x\n" + "4,5,6,y\n".repeat(9) + "7,n,8,x\n");

    Dataset data = Datasets.open(file, kinds);

    Tensor x = ((Sample.Tensors) data.get(0)).inputs().get("x");
    assertThat(x.toFloats()).containsExactly(1, 2.5f, -3);
    assertThat(x.sizes()).containsExactly(1, 3);
    assertThat(data.get(0).fields().names()).containsExactly("label");
    assertThat(data.loaded().reasons())
        .containsExactly("line 12: has no number in the column 'a', but 'n'");
  }

  @Test
  void pixelsInColumnsMakeAPicture() throws IOException {
    SampleKinds kinds =
        SampleKinds.of(
            new DeclaredInputs(
                List.of(
                    new DeclaredInputs.Input(
                        "x",
                        ValueType.tensor(
                            DataType.FLOAT,
                            new Shape(List.of(Dim.named("B"), Dim.of(1), Dim.of(2), Dim.of(4)))),
                        true))));
    Path file = write("a.csv", "label,p1,p2,p3,p4,p5,p6,p7,p8,index\n7,0,1,2,3,4,5,6,255,1\n");

    Dataset data = Datasets.open(file, kinds);

    Tensor x = ((Sample.Tensors) data.get(0)).inputs().get("x");
    assertThat(x).hasToString("float[1,1,2,4]");
    assertThat(x.toFloats()).containsExactly(0, 1, 2, 3, 4, 5, 6, 255);
    assertThat(data.get(0).fields().names()).containsExactlyInAnyOrder("label", "index");
    assertThat(data.account())
        .anyMatch(line -> line.endsWith("x = p1, p2, p3, p4, p5, p6 and 2 more"));
  }

  @Test
  void columnsCalledAsInputsAreInputs() throws IOException {
    DeclaredInputs inputs =
        new DeclaredInputs(List.of(number("age", DataType.FLOAT), number("sex", DataType.STRING)));

    Dataset data = Datasets.open(write("a.csv", "sex,age,y\nf,31,1\n"), SampleKinds.of(inputs));

    Sample.Tensors sample = (Sample.Tensors) data.get(0);
    assertThat(sample.inputs().get("age")).hasToString("float[1,1]");
    assertThat(new String(sample.inputs().get("sex").strings().getFirst(), StandardCharsets.UTF_8))
        .isEqualTo("f");
    assertThat(sample.fields().text("label")).hasValue("1");
  }

  private static DeclaredInputs.Input number(String name, DataType type) {
    return new DeclaredInputs.Input(
        name, ValueType.tensor(type, new Shape(List.of(Dim.named("B"), Dim.of(1)))), true);
  }

  private static DeclaredInputs vector(int size) {
    return new DeclaredInputs(
        List.of(
            new DeclaredInputs.Input(
                "x",
                ValueType.tensor(DataType.FLOAT, new Shape(List.of(Dim.named("B"), Dim.of(size)))),
                true)));
  }

  @Test
  void everyBadRowSaysWhy() throws IOException {
    Path file =
        write(
            "a.csv",
            "text,label\n"
                + "good,1\n".repeat(36)
                + "one\n"
                + ",2\n"
                + "\"a\"b,3\n"
                + "\"never closed,4\n");

    assertThat(Datasets.open(file, TEXTS).loaded().reasons())
        .containsExactly(
            "line 38: has 1 columns, expected 2",
            "line 39: has a 'text' that is blank",
            "line 40: has text behind a value in quotes",
            "line 41: has a value in quotes that does not end");
  }

  @Test
  void aHeaderThatHelpsNobodyIsRefused() throws IOException {
    assertRefused("a.csv", "", "has no first line");
    assertRefused("b.csv", "text,text\na,b\n", "names two columns alike");
    assertRefused("c.csv", "what,else\na,b\n", "--fields text=NAME");
    assertRefused("d.csv", "text,label\n", "There are no samples in");
    Path file = write("e.csv", "text,label\na,b\n");
    assertThatThrownBy(() -> Datasets.open(file, TEXTS, FieldNames.parse("label=stars")))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("has no column 'stars' for label; it has text, label");
  }

  private void assertRefused(String name, String content, String why) throws IOException {
    Path file = write(name, content);
    assertThatThrownBy(() -> Datasets.open(file, TEXTS))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(why);
  }

  @Test
  void fieldsThatCannotBeAreNotPassedOver() throws IOException {
    Path texts = write("a.txt", "a text\n");

    for (Path path : List.of(texts, folder)) {
      assertThatThrownBy(() -> Datasets.open(path, TEXTS, FieldNames.parse("text=review")))
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("--fields says which columns");
    }
  }

  @Test
  void whatIsSaidOfFieldsIsChecked() {
    assertThatThrownBy(() -> FieldNames.parse("text"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("ROLE=NAME");
    assertThatThrownBy(() -> FieldNames.parse("lable=stars"))
        .hasMessageContaining("no field 'lable'")
        .hasMessageContaining("label");
    assertThatThrownBy(() -> FieldNames.parse("text=")).hasMessageContaining("ROLE=NAME");
  }

  @Test
  void linesOfJsonHaveTheSameFields() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"review":"fine","label":3,"speaker":"ann","more":{"a":1},"at":[1,2]}
            {"tokens":["Ann","sings"],"tags":["B-PER","O"]}
            """);

    Dataset data = Datasets.open(file, TEXTS);

    assertThat(text(data.get(0))).isEqualTo("fine");
    assertThat(data.get(0).fields().text("label")).hasValue("3");
    assertThat(data.get(0).fields().text("speaker")).hasValue("ann");
    assertThat(data.get(0).fields().names()).doesNotContain("more").contains("at");
    assertThat(text(data.get(1))).isEqualTo("Ann sings");
    assertThat(data.get(1).fields().texts("tags")).containsExactly("B-PER", "O");
  }
}
