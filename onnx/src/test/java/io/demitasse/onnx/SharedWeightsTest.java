package io.demitasse.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ExternalWeight;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import io.demitasse.port.Runtime;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several models in one folder, and one file with what they have in common. */
class SharedWeightsTest {
  private final OnnxFormat format = new OnnxFormat();
  @TempDir Path folder;

  private static Model sum(String name, int size, int seed) {
    return TextGraph.parse(
        """
        ir 8, opset 17

        graph %s(x: float[1,%d]) -> (y: float[1,%<d]) {
          own = float[1,%<d] ~ %d
          common = float[1,%2$d] ~ 1
          small = float[1] {2}
          a = Mul(x, common)
          b = Mul(a, small)
          y = Add(b, own)
        }
        """
            .formatted(name, size, seed));
  }

  private static Tensor tensor(Model model, String name) {
    return Objects.requireNonNull(model.graph().find(name).initializer(), name);
  }

  private static Model with(Model model, String name, Tensor tensor) {
    model.graph().setInitializer(model.graph().find(name), tensor);
    return model;
  }

  /** Two models that hold one tensor. */
  private Map<Path, Model> pair(int size) {
    Model one = sum("one", size, 2);
    Model two = with(sum("two", size, 3), "common", tensor(one, "common"));
    return inOrder(Map.entry("one.onnx", one), Map.entry("two.onnx", two));
  }

  @SafeVarargs
  private Map<Path, Model> inOrder(Map.Entry<String, Model>... models) {
    Map<Path, Model> files = new LinkedHashMap<>();
    for (Map.Entry<String, Model> each : models) {
      files.put(folder.resolve(each.getKey()), each.getValue());
    }
    return files;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aTensorOfTwoModelsIsStoredOnceBesideThem() throws IOException {
    Map<Path, Model> models = pair(1000);

    format.write(models, WriteOptions.DEFAULT);

    assertThat(names()).containsExactly("one.onnx", "shared.data", "two.onnx");
    Path shared = folder.resolve(ModelFormat.SHARED_DATA);
    assertThat(Files.size(shared)).isEqualTo(4000);
    models.forEach(
        (file, model) -> {
          assertThat(file.toFile().length()).as("own weights alone").isBetween(4000L, 4700L);
          Model again = format.read(file);
          assertThat(TextGraph.print(again)).isEqualTo(TextGraph.print(model));
          assertThat(tensor(again, "common").contentEquals(tensor(model, "common"))).isTrue();
          assertThat(tensor(again, "own").contentEquals(tensor(model, "own"))).isTrue();
          assertThat(format.externalWeights(file))
              .containsExactly(new ExternalWeight("common", real(shared), 0, 4000));
        });
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theRuntimeRunsEachModelFromTheFolder() {
    Map<Path, Model> models = pair(1000);
    Map<String, Tensor> inputs =
        Map.of(
            "x",
            Tensor.ofFloats(new long[] {1, 1000}, tensor(sum("x", 1000, 9), "own").toFloats()));
    Runtime runtime = new OnnxRuntime();
    Runtime.SessionOptions options = Runtime.SessionOptions.of(1);

    format.write(models, WriteOptions.DEFAULT);

    models.forEach(
        (file, model) -> {
          try (Runtime.Session stored = runtime.open(file, options);
              Runtime.Session whole = runtime.open(model, options)) {
            assertThat(stored.run(inputs).get("y").contentEquals(whole.run(inputs).get("y")))
                .isTrue();
          }
        });
  }

  @Test
  void largeSharedWeightsBeginAPageAndOthersALineOfTheCache() throws IOException {
    Model one = sum("one", 1000, 2);
    Model two = with(sum("two", 1000, 3), "common", tensor(one, "common"));
    Tensor large = tensor(sum("large", 1 << 18, 4), "own");
    Tensor middle = tensor(sum("middle", 300, 5), "own");
    for (Model model : List.of(one, two)) {
      model.graph().addInitializer("middle", middle);
      model.graph().addInitializer("large", large);
    }

    format.write(
        inOrder(Map.entry("one.onnx", one), Map.entry("two.onnx", two)), WriteOptions.DEFAULT);

    assertThat(format.externalWeights(folder.resolve("two.onnx")))
        .extracting(ExternalWeight::name, ExternalWeight::offset)
        .containsExactly(tuple("common", 0L), tuple("middle", 4032L), tuple("large", 8192L));
    assertThat(Files.size(folder.resolve("shared.data"))).isEqualTo(8192 + (1 << 20));
  }

  @Test
  void whatIsEqualButNotTheSameOrTooSmallStaysInEachModel() throws IOException {
    Model one = sum("one", 1000, 2);
    Model two = with(sum("two", 1000, 3), "small", tensor(one, "small"));

    format.write(
        inOrder(Map.entry("one.onnx", one), Map.entry("two.onnx", two)), WriteOptions.DEFAULT);

    assertThat(names()).containsExactly("one.onnx", "two.onnx");
    assertThat(format.externalWeights(folder.resolve("one.onnx"))).isEmpty();
  }

  @Test
  void modelsOfDifferentFoldersShareNothing() throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    Model one = sum("one", 1000, 2);
    Model two = with(sum("two", 1000, 3), "common", tensor(one, "common"));

    format.write(
        inOrder(Map.entry("one.onnx", one), Map.entry("sub/two.onnx", two)), WriteOptions.DEFAULT);

    assertThat(names()).containsExactly("one.onnx", "sub/two.onnx");
    assertThat(tensor(format.read(folder.resolve("sub/two.onnx")), "common").toFloats())
        .isEqualTo(tensor(one, "common").toFloats());
  }

  @Test
  void whatAModelHasAloneGoesIntoItsOwnDataFile() throws IOException {
    format.write(pair(1000), new WriteOptions(ExternalData.ALWAYS, 1));

    assertThat(names())
        .containsExactly("one.onnx", "one.onnx.data", "shared.data", "two.onnx", "two.onnx.data");
    assertThat(format.externalWeights(folder.resolve("two.onnx")))
        .extracting(weight -> weight.name() + " in " + weight.file().getFileName())
        .containsExactlyInAnyOrder("common in shared.data", "own in two.onnx.data");
  }

  /** Counts how often it runs; a result is the numbers from 0, another their count. */
  private record Counting(int size, AtomicInteger runs) implements Computation {
    @Override
    public List<Result> results() {
      return List.of(Result.of(DataType.FLOAT, 1, size), Result.of(DataType.FLOAT, 1));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      runs.incrementAndGet();
      for (int i = 0; i < size; i++) {
        destinations.getFirst().setAtIndex(Tensor.F32, i, i);
      }
      destinations.getLast().setAtIndex(Tensor.F32, 0, size);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aComputationRunsOnceForAllFiles(ExternalData where) throws IOException {
    AtomicInteger runs = new AtomicInteger();
    for (int threads : List.of(1, 3)) {
      List<Tensor> made = Tensor.deferred(new Counting(1000, runs));
      Map<Path, Model> models = pair(1000);
      models.values().forEach(model -> with(model, "common", made.getFirst()));
      models.values().forEach(model -> with(model, "small", made.getLast()));
      format.write(models, new WriteOptions(where, threads));

      assertThat(runs.getAndSet(0)).isEqualTo(1);
      ByteBuffer shared =
          ByteBuffer.wrap(Files.readAllBytes(folder.resolve("shared.data")))
              .order(ByteOrder.LITTLE_ENDIAN);
      assertThat(shared.getFloat(4 * 999)).isEqualTo(999);
      assertThat(tensor(format.read(folder.resolve("two.onnx")), "small").toFloats())
          .containsExactly(1000);
    }
  }

  @Test
  void whenOneModelFailsNoneIsLeftAndWhatWasThereStays() throws IOException {
    format.write(pair(1000), WriteOptions.DEFAULT);
    byte[] before = Files.readAllBytes(folder.resolve("shared.data"));
    Computation failing =
        new Computation() {
          @Override
          public List<Result> results() {
            return List.of(Result.of(DataType.FLOAT, 1, 2000));
          }

          @Override
          public void compute(List<MemorySegment> destinations) {
            throw new IllegalStateException("cannot compute this");
          }
        };
    Map<Path, Model> models = pair(2000);
    with(models.get(folder.resolve("two.onnx")), "own", Tensor.deferred(failing).getFirst());

    assertThatThrownBy(() -> format.write(models, WriteOptions.DEFAULT))
        .hasMessage("cannot compute this");

    assertThat(names()).containsExactly("one.onnx", "shared.data", "two.onnx");
    assertThat(Files.readAllBytes(folder.resolve("shared.data"))).isEqualTo(before);
  }

  /** A folder in the way of a file lets the last step fail, when the others have their names. */
  @Test
  void whenAFileCannotTakeItsNameTheOthersGiveTheirsBack() throws IOException {
    format.write(pair(1000), WriteOptions.DEFAULT);
    byte[] shared = Files.readAllBytes(folder.resolve("shared.data"));
    byte[] model = Files.readAllBytes(folder.resolve("one.onnx"));
    Map<Path, Model> models = pair(2000);
    Path blocked = folder.resolve("two.onnx");
    Computation blocking =
        new Computation() {
          @Override
          public List<Result> results() {
            return List.of(Result.of(DataType.FLOAT, 1, 2000));
          }

          @Override
          public void compute(List<MemorySegment> destinations) {
            try {
              Files.delete(blocked);
              Files.createDirectories(blocked.resolve("inside"));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    with(models.get(blocked), "own", Tensor.deferred(blocking).getFirst());

    assertThatThrownBy(() -> format.write(models, WriteOptions.DEFAULT))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("Nothing was left behind");

    assertThat(names()).containsExactly("one.onnx", "shared.data");
    assertThat(Files.readAllBytes(folder.resolve("shared.data"))).isEqualTo(shared);
    assertThat(Files.readAllBytes(folder.resolve("one.onnx"))).isEqualTo(model);
  }

  @Test
  void aModelThatIsCalledLikeTheSharedFileIsRefused() {
    assertThatThrownBy(
            () ->
                format.write(sum("one", 2, 2), folder.resolve("shared.data"), WriteOptions.DEFAULT))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "Cannot write a model to "
                + folder.resolve("shared.data")
                + ": the weights that models share have this name. Name another file.");
  }

  @Test
  void twoModelsInOneFileAreRefused() {
    Map<Path, Model> models =
        inOrder(
            Map.entry("one.onnx", sum("one", 2, 2)),
            Map.entry("sub/../one.onnx", sum("two", 2, 3)));

    assertThatThrownBy(() -> format.write(models, WriteOptions.DEFAULT))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("Cannot write two models to one file: ");
  }

  @Test
  void weightsOfNodesAndSubgraphsAreFoundWithoutAName() throws IOException {
    Files.write(folder.resolve("w"), new byte[16]);
    TensorProto.Builder inner = Protos.external(Map.of("location", "w", "offset", "8"));
    Path file =
        Protos.write(
            folder.resolve("m.onnx"),
            Protos.model(
                Protos.relu()
                    .addNode(
                        Protos.node("Constant", List.of(), "c")
                            .addAttribute(
                                AttributeProto.newBuilder()
                                    .setName("value")
                                    .setType(AttributeType.TENSOR)
                                    .setT(inner)))));

    assertThat(format.externalWeights(file))
        .containsExactly(new ExternalWeight("", real(folder.resolve("w")), 8, 8));
  }

  @Test
  void aPlaceOutsideTheFolderIsRefusedHereToo() {
    Path file =
        Protos.write(
            folder.resolve("m.onnx"),
            Protos.model(Protos.sum(Protos.external(Map.of("location", "../secret")))));

    assertThatThrownBy(() -> format.externalWeights(file))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("lies outside the model's folder");
  }
}
