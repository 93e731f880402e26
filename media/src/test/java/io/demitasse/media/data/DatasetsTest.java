package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  private static final DeclaredInputs TEXT =
      new DeclaredInputs(List.of(input("input_ids", DataType.INT64, "B", "S")));
  private static final DeclaredInputs IMAGE =
      new DeclaredInputs(List.of(input("x", DataType.FLOAT, "B", "W")));
  private static final DeclaredInputs TWO =
      new DeclaredInputs(
          List.of(input("x", DataType.FLOAT, "B", "W"), input("n", DataType.INT64, "B")));

  @TempDir Path folder;

  @Test
  void aTextFileHoldsASampleALine() throws Exception {
    Path file = write("a.txt", "\uFEFFfirst\n\n  \r\nzweite Zeile: grün \r\nlast");

    Dataset data = Datasets.open(file, TEXT);

    assertThat(samples(data))
        .containsExactly(
            new Sample.Text("line 1", "first"),
            new Sample.Text("line 4", "zweite Zeile: grün"),
            new Sample.Text("line 5", "last"));
    assertThat(data.get(1)).isEqualTo(new Sample.Text("line 4", "zweite Zeile: grün"));
    assertThat(data.loaded().lines()).containsExactly("3 samples of " + file);
  }

  @Test
  void badLinesAmongGoodOnesAreSkippedCountedAndExplained() throws Exception {
    Dataset data = Datasets.open(lines(91, 9), TEXT);

    assertThat(data.size()).isEqualTo(91);
    assertThat(data.loaded())
        .isEqualTo(
            new LoadedSamples(
                folder.resolve("a.txt").toString(),
                91,
                9,
                0,
                List.of(
                    "line 92: is not UTF-8 text",
                    "line 93: is not UTF-8 text",
                    "line 94: is not UTF-8 text",
                    "line 95: is not UTF-8 text",
                    "line 96: is not UTF-8 text"),
                List.of()));
    assertThat(data.loaded().lines())
        .startsWith("91 samples of " + folder.resolve("a.txt") + ", 9 skipped")
        .hasSize(6);
  }

  @Test
  void oneInTenMayBeBadAndNoMore() throws Exception {
    assertThat(Datasets.open(lines(90, 10), TEXT).size()).isEqualTo(90);

    Path file = lines(89, 11);
    assertThatThrownBy(() -> Datasets.open(file, TEXT))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith(
            "11 of 100 samples in "
                + file
                + " cannot be used, at most 10 % may be bad:\n  line 90: is not UTF-8 text\n")
        .extracting(e -> ((DemitasseException) e).kind().exitCode())
        .isEqualTo(2);
  }

  @Test
  void aLineOfAnyLengthIsReadInBoundedMemory() throws Exception {
    Path file = write("a.txt", "good\n".repeat(10) + "x".repeat(TextLines.LONGEST_TEXT + 1));

    assertThat(Datasets.open(file, TEXT).loaded().reasons())
        .containsExactly("line 11: has 1048577 bytes, at most 1048576 are taken");
  }

  @Test
  void jsonLinesHoldTextsOrTensors() throws Exception {
    Path file =
        write(
            "a.jsonl",
            """
            {"text": "hello", "label": 3}
            {"input_ids": [101, 102]}
            {"input_ids": [[101, 7, 102]]}
            """);

    Dataset data = Datasets.open(file, TEXT);

    assertThat(((Sample.Text) data.get(0)).text()).isEqualTo("hello");
    assertThat(data.get(0).fields().text("label")).hasValue("3");
    assertThat(tensor(data.get(1), "input_ids")).hasToString("int64[1,2]");
    assertThat(tensor(data.get(2), "input_ids").toLongs()).containsExactly(101, 7, 102);
  }

  @Test
  void jsonNumbersBecomeWhatTheModelDeclares() throws Exception {
    Path file = write("a.jsonl", "{\"x\": [[0.5, 2, -1e-3]], \"n\": 7}\n{\"x\": [1], \"n\": [2]}");

    Dataset data = Datasets.open(file, TWO);

    assertThat(tensor(data.get(0), "x").toFloats()).containsExactly(0.5f, 2, -1e-3f);
    assertThat(tensor(data.get(0), "n")).hasToString("int64[1]");
    assertThat(tensor(data.get(1), "x")).hasToString("float[1,1]");
  }

  @Test
  void everyBadJsonLineSaysWhy() throws Exception {
    String good = "{\"text\": \"good\"}\n".repeat(45);
    Path file =
        write(
            "a.jsonl",
            good
                + """
                {"text": 3}
                ["text"]
                {"input_ids": [[1, 2], [3]]}
                {"input_ids": [1.5]}
                {"label": 1}
                """);

    assertThat(Datasets.open(file, TEXT).loaded().reasons())
        .containsExactly(
            "line 46: has a 'text' that is no string",
            "line 47: is not a JSON object {...}",
            "line 48: has no tensor in 'input_ids': nested lists must be of equal lengths",
            "line 49: input 'input_ids': expected int64[B,S], got double[1]",
            "line 50: the model needs an input input_ids: int64[B,S], got label; it takes"
                + " input_ids: int64[B,S]");
  }

  @Test
  void jsonThatIsNoneSaysWhere() throws Exception {
    Path file = write("a.jsonl", "{\"text\": \"good\"}\n".repeat(10) + "{\"text\": \"go");

    assertThat(Datasets.open(file, TEXT).loaded().reasons())
        .singleElement()
        .asString()
        .startsWith("line 11: is not JSON: ");
  }

  @Test
  void aDeeplyNestedLineIsRefusedAndNotFollowed() throws Exception {
    Path file =
        write(
            "a.jsonl",
            "{\"text\": \"good\"}\n".repeat(10) + "{\"input_ids\": " + "[".repeat(1 << 20));

    assertThat(Datasets.open(file, TEXT).loaded().reasons())
        .singleElement()
        .asString()
        .startsWith("line 11: is not JSON: ");
  }

  @Test
  void aFolderHoldsASampleAFileInTheOrderOfNames() throws Exception {
    write("b.txt", "second");
    write("a.txt", "first");
    Files.createDirectory(folder.resolve("c"));
    write("c/d.txt", "third");
    write(".hidden", "x");
    write("labels.csv", "x");

    Dataset data = Datasets.open(folder, TEXT);

    assertThat(samples(data))
        .extracting(sample -> sample.with(Fields.NONE))
        .containsExactly(
            new Sample.Text("a.txt", "first"),
            new Sample.Text("b.txt", "second"),
            new Sample.Text("c/d.txt", "third"));
    assertThat(data.get(2).fields().text("label")).hasValue("c");
    assertThat(data.get(0).fields()).isEqualTo(Fields.NONE);
    assertThat(data.account())
        .containsExactly("3 samples of " + folder + ", 1 file of other kinds ignored");
  }

  @Test
  void arraysOfAFolderMayDifferInShape() throws Exception {
    Npy.write(Tensor.ofFloats(new long[] {1, 2}, 1, 2), folder.resolve("0.npy"));
    Npy.write(Tensor.ofFloats(new long[] {3}, 3, 4, 5), folder.resolve("1.npy"));
    Npz.write(Map.of("x", Tensor.ofInts(new long[] {1, 1}, 6)), folder.resolve("2.npz"));

    Dataset data = Datasets.open(folder, IMAGE);

    assertThat(tensor(data.get(0), "x")).hasToString("float[1,2]");
    assertThat(tensor(data.get(1), "x")).hasToString("float[1,3]");
    assertThat(tensor(data.get(2), "x").toFloats()).containsExactly(6);
  }

  @Test
  void anUnreadableFileAmongGoodOnesIsSkippedAndNamed() throws Exception {
    for (int i = 10; i < 20; i++) {
      Npy.write(Tensor.ofFloats(new long[] {1, 1}, i), folder.resolve(i + ".npy"));
    }
    write("bad.npy", "no array");

    Dataset data = Datasets.open(folder, IMAGE);

    assertThat(data.size()).isEqualTo(10);
    assertThat(data.loaded().reasons())
        .containsExactly("bad.npy: is no .npy file: it does not start with \\x93NUMPY");
  }

  @Test
  void oneArrayIsNotEnoughForAModelOfTwoInputs() throws Exception {
    Path array = folder.resolve("a.npy");
    Npy.write(Tensor.ofFloats(new long[] {1, 1}, 1), array);

    assertThatThrownBy(() -> Datasets.open(array, TWO))
        .hasMessage(
            "Cannot use "
                + array
                + ": holds one array, but the model needs 2 inputs (x: float[B,W], n: int64[B]):"
                + " give .npz files");
  }

  @Test
  void aSingleArchiveIsOneSample() throws Exception {
    Path file = folder.resolve("a.npz");
    Tensor x = Tensor.ofFloats(new long[] {1, 1}, 1);
    Npz.write(Map.of("x", x, "n", Tensor.ofInts(new long[] {1}, 2)), file);

    Dataset data = Datasets.open(file, TWO);

    assertThat(data.size()).isEqualTo(1);
    assertThat(tensor(data.get(0), "n").toLongs()).containsExactly(2);
  }

  @Test
  void anEmptyFolderNamesItselfAndWhatIsUnderstood() {
    assertThatThrownBy(() -> Datasets.open(folder, TEXT))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "There are no samples in "
                + folder
                + ". Understood here: a text file with one sample a line (.txt), JSON lines"
                + " (.jsonl) or a table (.csv, .tsv) with \"text\" or \"input_ids\", a folder of"
                + " .txt, .npy or .npz files with one sample a file, or one such .npy or .npz"
                + " file.");
  }

  @Test
  void emptyFilesAndFoldersOfOtherKindsHoldNoSamples() throws Exception {
    Path empty = write("empty.txt", "\n \n");
    assertThatThrownBy(() -> Datasets.open(empty, TEXT))
        .hasMessageStartingWith("There are no samples in " + empty + ". Understood here: ");
    assertThatThrownBy(() -> Datasets.open(folder, IMAGE))
        .hasMessageStartingWith(
            "There are no samples in "
                + folder
                + " (1 file of other kinds). Understood here: JSON");
  }

  @Test
  void aMissingPathAndAnotherKindAreBadRequests() throws Exception {
    Path missing = folder.resolve("missing");
    Path picture = write("a.png", "x");
    Path text = write("a.txt", "x");

    assertThatThrownBy(() -> Datasets.open(missing, TEXT))
        .hasMessageStartingWith("There is no data at " + missing + ". Understood: ");
    assertThatThrownBy(() -> Datasets.open(picture, TEXT))
        .hasMessageStartingWith(
            "The data in " + picture + " are of no kind that this model takes.");
    assertThatThrownBy(() -> Datasets.open(text, IMAGE))
        .hasMessageStartingWith("The data in " + text + " are of no kind that this model takes.");
  }

  private Path write(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content);
  }

  /** Lines of text followed by lines that are not UTF-8. */
  private Path lines(int good, int bad) throws Exception {
    String text = "good\n".repeat(good) + "caf\u00e9\n".repeat(bad);
    return Files.write(folder.resolve("a.txt"), text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<Sample> samples(Dataset data) {
    List<Sample> samples = new ArrayList<>(Collections.nCopies(data.size(), null));
    for (int i = data.size() - 1; i >= 0; i--) {
      samples.set(i, data.get(i));
    }
    return samples;
  }

  private static Tensor tensor(Sample sample, String input) {
    return ((Sample.Tensors) sample).inputs().get(input);
  }

  private static DeclaredInputs.Input input(String name, DataType type, String... dimensions) {
    List<Dim> dims = new ArrayList<>();
    for (String dimension : dimensions) {
      dims.add(Dim.named(dimension));
    }
    return new DeclaredInputs.Input(name, ValueType.tensor(type, new Shape(dims)), true);
  }
}
