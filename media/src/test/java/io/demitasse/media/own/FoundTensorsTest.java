package io.demitasse.media.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Report;
import io.demitasse.run.Forecast;
import io.demitasse.run.RecipeCheck;
import io.demitasse.stored.StoredTensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pass finds out is stored beside the recipe, and read where the recipe is replayed. */
final class FoundTensorsTest {
  private static final int SIDE = 256;
  private static final String REPLAYED = "resolved: true\n";
  private static final String GUARDED = "budget: \"drop<=5%, latency<=10000%\"\n";

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = write(SIDE, "model.onnx");
    FindWeights.SEARCHES.set(0);
  }

  /** A product with a diagonal matrix, and one with another. */
  private Path write(int side, String name) {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph g(x: float[batch,%d]) -> (y) {
              wide = float[%<d,%<d] ~ 1
              narrow = float[%<d,16] ~ 2
              a = MatMul(x, wide)
              y = MatMul(a, narrow)
            }
            """
                .formatted(side));
    float[] diagonal = new float[side * side];
    for (int i = 0; i < side; i++) {
      diagonal[i * side + i] = 1 + i / (float) side;
    }
    model
        .graph()
        .setInitializer(
            model.graph().find("wide"), Tensor.ofFloats(new long[] {side, side}, diagonal));
    Path file = folder.resolve(name);
    Ports.find().format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  private Demitasse job() {
    return job(model, SIDE);
  }

  private static Demitasse job(Path model, int side) {
    List<Sample> rows =
        IntStream.range(0, 8)
            .<Sample>mapToObj(i -> new Sample.Tensors("row " + i, row(i, side)))
            .toList();
    return Demitasse.open(model)
        .data(Samples.of("rows", rows))
        .effort(new PairedTiming.Effort(3, 3, 1))
        .threads(1);
  }

  private static Map<String, Tensor> row(int seed, int side) {
    float[] numbers = new float[side];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(seed * side + i);
    }
    return Map.of("x", Tensor.ofFloats(new long[] {1, side}, numbers));
  }

  private static Recipe recipe(String head, String steps) {
    return Recipes.parse("demitasse: 1\n" + head + "steps:\n" + steps, "the test's recipe");
  }

  private static final String FIND = "- pass: find-weights\n";

  /** Compresses and writes; answers the folder of the result. */
  private Path write(Recipe steps, String name) {
    return write(job().recipe(steps), name);
  }

  private Path write(Demitasse job, String name) {
    try (Compressed small = job.compress()) {
      small.writeTo(folder.resolve(name));
    }
    return folder.resolve(name);
  }

  private static List<String> stored(Path folder) {
    return Stream.of(folder.toFile().list()).filter(StoredTensors::isName).sorted().toList();
  }

  @Test
  void aReplayGivesTheSameBytesWithoutASearch() throws IOException {
    Path one = write(recipe(REPLAYED, FIND), "one");
    assertThat(FindWeights.SEARCHES).hasValue(1);
    assertThat(one.toFile().list())
        .hasSize(5)
        .contains("model.onnx", "recipe.yaml", "report.json", "report.html");
    String hash = stored(one).getFirst().substring(0, 64);
    assertThat(Files.readString(one.resolve("recipe.yaml")))
        .contains("found:\n    model:weights: ".indent(0).strip(), hash);

    Path two = write(Recipes.read(one.resolve("recipe.yaml")), "two");

    assertThat(FindWeights.SEARCHES).as("read, not found").hasValue(1);
    for (String file : List.of("model.onnx", "recipe.yaml", stored(one).getFirst())) {
      assertThat(Files.mismatch(one.resolve(file), two.resolve(file))).as(file).isEqualTo(-1);
    }
    assertThat(Files.readString(one.resolve("report.json"))).contains(stored(one).getFirst());
    assertThat(Recipes.read(two.resolve("recipe.yaml")))
        .isEqualTo(Recipes.read(one.resolve("recipe.yaml")));
  }

  @Test
  void whatIsFoundLiesBesideASingleModelToo() throws IOException {
    Path results = Files.createDirectory(folder.resolve("results"));
    try (Compressed small = job().recipe(recipe(REPLAYED, FIND)).compress()) {
      small.writeTo(results.resolve("a.onnx"));
      small.writeTo(results.resolve("b.onnx"));
    }
    Recipe written = Recipes.read(results.resolve("b.recipe.yaml"));
    assertThat(stored(results)).as("the same file for both").hasSize(1);

    replace(results.resolve("a.onnx"));
    assertThat(stored(results)).as("b still needs it").hasSize(1);
    write(written, "again");
    assertThat(FindWeights.SEARCHES).hasValue(1);

    replace(results.resolve("b.onnx"));
    assertThat(stored(results)).isEmpty();
    assertThat(results.toFile().list()).hasSize(8);
  }

  @Test
  void aFolderThatIsReplacedLosesWhatWasFoundForItUnlessSomeoneChangedIt() throws IOException {
    Path one = write(recipe(REPLAYED, FIND), "one");
    Path kept = Files.writeString(one.resolve("mine.txt"), "mine");
    replace(one);
    assertThat(stored(one)).isEmpty();
    assertThat(kept).hasContent("mine");

    Path two = write(recipe(REPLAYED, FIND), "two");
    Files.write(two.resolve(stored(two).getFirst()), new byte[] {1});
    assertThatThrownBy(() -> replace(two))
        .hasMessageContaining(stored(two).getFirst() + " was changed since Demitasse wrote it");
  }

  /** Replaces a result by one that found nothing out. */
  private void replace(Path result) {
    try (Compressed other =
        job().recipe(recipe(REPLAYED, "- pass: quantize-dynamic\n")).compress()) {
      other.replaceAt(result);
    }
  }

  private interface Damage {
    void doTo(Path file) throws IOException;
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("missing", Files::delete, " is missing. It was written beside the recipe"),
        damage(
            "renamed",
            file -> Files.move(file, file.resolveSibling("0".repeat(64) + ".tensors")),
            " is missing. It was written beside the recipe"),
        damage(
            "another under its name",
            file -> {
              byte[] content = Files.readAllBytes(file);
              content[content.length - 1] ^= 1;
              Files.write(file, content);
            },
            " was changed: its SHA-256 is "),
        damage("longer", file -> resize(file, 1), "and by its header it has"),
        damage("huge", file -> resize(file, 1L << 33), "and by its header it has"),
        damage("shorter", file -> resize(file, -4), "it is no whole file of tensors"),
        damage(
            "elsewhere",
            file -> {
              Path other = Files.move(file, file.getParent().resolveSibling("elsewhere"));
              Files.createSymbolicLink(file, other);
            },
            " is no file in this folder"));
  }

  private static void resize(Path file, long more) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(open.length() + more);
    }
  }

  private static Arguments damage(String name, Damage damage, String complaint) {
    return Arguments.of(name, damage, complaint);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void aFileThatIsNotAsItWasWrittenIsRefusedBeforeAnythingRuns(
      String name, Damage damage, String complaint) throws IOException {
    Path one = write(recipe(REPLAYED, FIND), "one");
    damage.doTo(one.resolve(stored(one).getFirst()));
    Recipe written = Recipes.read(one.resolve("recipe.yaml"));

    assertThatThrownBy(() -> job().recipe(written))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
        .hasMessageStartingWith(
            "The recipe cannot be carried out:\n  - step 1 (find-weights), found model:weights: ")
        .hasMessageContaining(complaint);
    RecipeCheck check = job().check(written);
    assertThat(check.problems()).singleElement().asString().contains(complaint);
    assertThat(check.steps())
        .containsExactly(
            new RecipeCheck.Found("find-weights", 2, 0, 0, "what it found out cannot be read"));
    assertThat(FindWeights.SEARCHES).hasValue(1);
  }

  @Test
  void whatWasFoundForAnotherModelIsRefused() throws IOException {
    Path one = write(recipe(REPLAYED, FIND), "one");
    Recipe written = Recipes.read(one.resolve("recipe.yaml"));
    Path other = write(2 * SIDE, "other.onnx");

    assertThatThrownBy(() -> job(other, 2 * SIDE).recipe(written).compress())
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(
            "What step 'find-weights' of the recipe found out does not fit this model")
        .hasMessageContaining("tensor 'wide' is float[256,256], expected float[512,512]");
  }

  @Test
  void aRecipeThatWasReadFromATextSaysSo() throws IOException {
    Path one = write(recipe(REPLAYED, FIND), "one");
    String text = Files.readString(one.resolve("recipe.yaml"));

    assertThatThrownBy(() -> job().recipe(Recipes.parse(text, "a text")))
        .hasMessageContaining("Read the file of the recipe, which it lies beside");
  }

  @Test
  void aLookFindsNothingOut() {
    Recipe steps = recipe(GUARDED, FIND);
    String refusal = "find-weights finds out tensors, which may take long: only 'compress' lets it";

    assertThat(job().check(steps).steps())
        .containsExactly(new RecipeCheck.Found("find-weights", 2, 0, 0, refusal));
    Forecast forecast = job().recipe(steps).forecast();
    assertThat(forecast.choices().getFirst().reasons()).contains(refusal);
    assertThat(FindWeights.SEARCHES).hasValue(0);
  }

  @Test
  void whatWasFoundForRejectedCandidatesIsNotWritten() throws IOException {
    Recipe steps = recipe(GUARDED, "- pass: find-weights\n  options: {spread: 3}\n" + FIND);

    Path journal = folder.resolve("run.jsonl");

    try (Compressed small = job().recipe(steps).journal(journal, false).compress()) {
      List<Report.Tried> tried = small.report().candidates();
      assertThat(tried.getFirst().kept()).as(tried.getFirst().why()).isFalse();
      assertThat(tried.getLast().kept()).as(tried.getLast().why()).isTrue();
      assertThat(stored(folder.resolve("run.jsonl.found"))).hasSizeGreaterThan(1);
      small.writeTo(folder.resolve("small"));
    }

    Recipe written = Recipes.read(folder.resolve("small").resolve("recipe.yaml"));
    assertThat(stored(folder.resolve("small")))
        .containsExactly(written.found().getFirst().fileName());
  }

  @Test
  void aRunThatWasCutShortReadsWhatItHasFoundOut() throws IOException {
    Recipe steps = recipe(GUARDED, FIND + "- pass: quantize-dynamic\n");
    Path expected = write(job().recipe(steps), "whole");
    Path journal = folder.resolve("run.jsonl");
    Path kept = folder.resolve("run.jsonl.found");

    cutShort(job().recipe(steps).journal(journal, false));
    assertThat(FindWeights.SEARCHES).hasValue(2);
    assertThat(stored(kept)).isEqualTo(stored(expected));

    Path resumed = write(job().recipe(steps).journal(journal, true), "resumed");
    assertThat(FindWeights.SEARCHES).as("it was kept").hasValue(2);
    assertSame(expected, resumed);

    Files.write(kept.resolve(stored(kept).getFirst()), new byte[] {1});
    Path again = write(job().recipe(steps).journal(journal, true), "again");
    assertThat(FindWeights.SEARCHES).as("it was spoiled").hasValue(3);
    assertSame(expected, again);

    write(
        job().recipe(recipe(REPLAYED, "- pass: quantize-dynamic\n")).journal(journal, false), "b");
    assertThat(kept).as("a run that begins anew").doesNotExist();
  }

  /** Ends a run as soon as it has decided about its first candidate. */
  private static void cutShort(Demitasse job) {
    Thread caller = Thread.currentThread();
    job.events(
        event -> {
          if (event instanceof Event.Decided) {
            caller.interrupt();
          }
        });
    assertThatThrownBy(job::compress)
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.CANCELLED));
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void assertSame(Path one, Path other) throws IOException {
    assertThat(stored(other)).isEqualTo(stored(one)).hasSize(1);
    String found = "model:weights: \"?" + stored(one).getFirst().substring(0, 64);
    assertThat(Files.readString(other.resolve("recipe.yaml"))).containsPattern(found);
    Model before = Ports.find().format().read(one.resolve("model.onnx"));
    Model after = Ports.find().format().read(other.resolve("model.onnx"));
    assertThat(diagonal(after)).isEqualTo(diagonal(before));
  }

  private static String diagonal(Model model) {
    return Arrays.toString(model.graph().find("diagonal").constant().orElseThrow().toFloats());
  }

  @Test
  void anotherSeedFindsOther() {
    Path one = write(recipe(REPLAYED, FIND), "one");
    Path other = write(recipe(REPLAYED + "seed: 8\n", FIND), "other");

    assertThat(stored(other)).hasSize(1).doesNotContainAnyElementsOf(stored(one));
  }
}
