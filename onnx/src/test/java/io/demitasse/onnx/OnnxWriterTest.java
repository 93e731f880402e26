package io.demitasse.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.DemitasseException.Kind;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterTest {
  private static final WriteOptions EXTERNAL = new WriteOptions(ExternalData.ALWAYS, 1);

  private final OnnxFormat format = new OnnxFormat();
  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Model model(String text) {
    return TextGraph.parse("opset 17 " + text);
  }

  private static Model weights(Tensor... tensors) {
    Graph graph = new Graph("g", null);
    for (Tensor tensor : tensors) {
      graph.addInitializer("w" + graph.initializers().size(), tensor);
    }
    Model model = new Model(graph);
    model.opsets().put("", 17L);
    return model;
  }

  private static Tensor floats(int count, int seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(new long[] {count}, values);
  }

  /** What dynamic quantization does: bytes, their scale, and a result that nobody takes. */
  private record Rounded(Tensor source, AtomicInteger runs) implements Computation {
    @Override
    public List<Result> results() {
      long count = source.elementCount();
      return List.of(
          Result.of(DataType.INT8, count),
          Result.of(DataType.FLOAT),
          Result.of(DataType.INT64, count));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      runs.incrementAndGet();
      float scale = 0.01f;
      MemorySegment bytes = source.bytes();
      for (int i = 0; i < source.elementCount(); i++) {
        destinations
            .get(0)
            .set(
                ValueLayout.JAVA_BYTE,
                i,
                (byte) Math.round(bytes.getAtIndex(Tensor.F32, i) / scale));
        destinations.get(2).setAtIndex(Tensor.I64, i, i);
      }
      destinations.get(1).set(Tensor.F32, 0, scale);
    }
  }

  private static Model rounded(AtomicInteger runs) {
    Model model = weights(floats(5, 0));
    for (int i = 0; i < 12; i++) {
      List<Tensor> results = Tensor.deferred(new Rounded(floats(1000 + 200 * i, i), runs));
      model.graph().addInitializer("scale" + i, results.get(1));
      model.graph().addInitializer("bytes" + i, results.get(0));
      // The same result once more, in another shape.
      model.graph().addInitializer("again" + i, results.get(0).reshaped(2, -1 + 501 + 100 * i));
    }
    return model;
  }

  @Test
  void theBytesDoNotDependOnThreads() throws IOException {
    for (ExternalData where : ExternalData.values()) {
      Path one = Files.createDirectories(folder.resolve(where + "1")).resolve("m.onnx");
      Path four = Files.createDirectories(folder.resolve(where + "4")).resolve("m.onnx");
      AtomicInteger runs = new AtomicInteger();

      format.write(rounded(runs), one, new WriteOptions(where, 1));
      format.write(rounded(runs), four, new WriteOptions(where, 4));

      assertThat(runs).as("each computation ran once for each file").hasValue(24);
      assertThat(Files.mismatch(one, four)).isEqualTo(-1);
      Path data = one.resolveSibling("m.onnx.data");
      assertThat(Files.exists(data)).isEqualTo(where == ExternalData.ALWAYS);
      if (Files.exists(data)) {
        assertThat(Files.mismatch(data, four.resolveSibling("m.onnx.data"))).isEqualTo(-1);
      }
      Model again = format.read(one);
      rounded(new AtomicInteger())
          .graph()
          .initializers()
          .forEach(
              value ->
                  assertThat(
                          again
                              .graph()
                              .find(value.name())
                              .initializer()
                              .contentEquals(value.initializer()))
                      .as(value.name())
                      .isTrue());
    }
  }

  @Test
  void externalDataLiesBesideAndSmallWeightsStay() throws IOException {
    Model model =
        weights(
            floats(100, 1),
            floats(300, 2),
            floats(1 << 19, 3),
            Tensor.ofStrings(new long[] {1}, List.of(new byte[2000])));

    format.write(model, folder.resolve("m.onnx"), EXTERNAL);

    assertThat(names()).containsExactly("m.onnx", "m.onnx.data");
    // 1200 bytes, then the page that follows them.
    assertThat(Files.size(folder.resolve("m.onnx.data"))).isEqualTo(4096 + (4 << 19));
    assertThat(Files.size(folder.resolve("m.onnx"))).isBetween(2400L, 3000L);
    Model again = format.read(folder.resolve("m.onnx"));
    for (String name : List.of("w0", "w1", "w2", "w3")) {
      assertThat(
              again
                  .graph()
                  .find(name)
                  .initializer()
                  .contentEquals(model.graph().find(name).initializer()))
          .isTrue();
    }
  }

  @Test
  void anExistingFileIsReplacedAlsoWhenTheModelStillReadsIt() throws IOException {
    Path file = folder.resolve("m.onnx");
    format.write(weights(floats(3000, 1)), file, EXTERNAL);
    Model model = format.read(file);
    model.graph().addInitializer("more", floats(3000, 2));

    format.write(model, file, EXTERNAL);

    assertThat(names()).containsExactly("m.onnx", "m.onnx.data");
    Model again = format.read(file);
    assertThat(again.graph().find("w0").initializer().contentEquals(floats(3000, 1))).isTrue();
    assertThat(again.graph().find("more").initializer().contentEquals(floats(3000, 2))).isTrue();
  }

  private record Failing() implements Computation {
    @Override
    public List<Result> results() {
      return List.of(Result.of(DataType.FLOAT, 1000));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      throw new IllegalStateException("cannot compute this");
    }
  }

  @Test
  void whenAComputationFailsNothingIsLeftAndWhatWasThereStays() throws IOException {
    Path file = folder.resolve("m.onnx");
    format.write(weights(floats(3000, 1)), file, EXTERNAL);
    byte[] before = Files.readAllBytes(file);
    Tensor failing = Tensor.deferred(new Failing()).getFirst();

    for (ExternalData where : ExternalData.values()) {
      assertThatThrownBy(
              () -> format.write(weights(floats(10, 2), failing), file, new WriteOptions(where, 2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("cannot compute this");
    }

    assertThat(names()).containsExactly("m.onnx", "m.onnx.data");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void whenThereIsNoRoomNothingIsWritten() throws IOException {
    Computation huge =
        new Computation() {
          @Override
          public List<Result> results() {
            return List.of(Result.of(DataType.FLOAT, 1L << 50));
          }

          @Override
          public void compute(List<MemorySegment> destinations) {
            throw new AssertionError("there is no room for this");
          }
        };
    Path file = folder.resolve("m.onnx");

    DemitasseException refusal =
        catchThrowableOfType(
            DemitasseException.class,
            () ->
                format.write(
                    weights(Tensor.deferred(huge).getFirst()), file, WriteOptions.DEFAULT));

    assertThat(refusal.kind()).isEqualTo(Kind.BACKEND_FAILED);
    assertThat(refusal)
        .hasMessageMatching(
            "Cannot write \\Q"
                + file
                + "\\E: the disk is too full\\. It needs 45035996273705\\d\\d bytes and \\d+ are"
                + " free\\. Nothing was left behind; make room or name another place\\.");
    assertThat(names()).isEmpty();
  }

  /**
   * A mapping over a full disk would end the process; the zeros written before must fail instead.
   */
  @Test
  void aFullDiskIsNoticedBeforeItIsMapped() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "only Linux has a device that is always full");
    try (FileChannel channel = FileChannel.open(full, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      Target target = new Target.InFile(channel, true);

      assertThatThrownBy(() -> target.region(0, 4096, arena))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("space");
    }
  }

  @Test
  void anInterruptEndsTheWritingAndLeavesNothing() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Computation endless =
        new Computation() {
          @Override
          public List<Result> results() {
            return List.of(Result.of(DataType.FLOAT, 1000));
          }

          @Override
          public void compute(List<MemorySegment> destinations) {
            started.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Path file = folder.resolve("m.onnx");
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    format.write(
                        weights(Tensor.deferred(endless).getFirst()), file, WriteOptions.DEFAULT);
                  } catch (DemitasseException e) {
                    thrown.set(e);
                  }
                });
    started.await();

    writer.interrupt();
    writer.join();

    assertThat(thrown.get())
        .hasMessage("Writing " + file + " was interrupted; nothing was left behind.");
    assertThat(names()).isEmpty();
  }

  @Test
  void constantsThatNoFileHoldsAreRefusedBeforeTheyAreComputed() {
    Computation large =
        new Computation() {
          @Override
          public List<Result> results() {
            return List.of(Result.of(DataType.FLOAT, 1L << 29));
          }

          @Override
          public void compute(List<MemorySegment> destinations) {
            throw new AssertionError("nobody asked for this");
          }
        };
    Model model = weights();
    Attribute value = Attribute.of(Tensor.deferred(large).getFirst());
    model.graph().node("Constant").attribute("value", value).append();

    assertThatThrownBy(() -> format.write(model, folder.resolve("m.onnx"), EXTERNAL))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "Cannot write the model: the constants in its nodes and subgraphs have 2147483648"
                + " bytes, and an ONNX file holds at most 2147483647. Turn them into initializers"
                + " of the main graph, which can lie in a file of their own.");
  }

  @Test
  void aMissingFolderIsABadRequest() {
    Path file = folder.resolve("no/m.onnx");

    DemitasseException refusal =
        catchThrowableOfType(
            DemitasseException.class,
            () -> format.write(weights(floats(1, 1)), file, WriteOptions.DEFAULT));

    assertThat(refusal.kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(refusal)
        .hasMessage(
            "Cannot write "
                + file
                + ": there is no folder "
                + folder.resolve("no")
                + ". Create it first.");
  }

  @Test
  void aFolderIsNoFileToWrite() {
    assertThatThrownBy(() -> format.write(weights(floats(1, 1)), folder, WriteOptions.DEFAULT))
        .isInstanceOf(DemitasseException.class)
        .hasMessage("Cannot write " + folder + ": it is a folder. Name a file.");
  }

  @Test
  void memoryAndFileHoldTheSameBytes() throws IOException {
    Model model = rounded(new AtomicInteger());
    Path file = folder.resolve("m.onnx");
    format.write(model, file, WriteOptions.DEFAULT);

    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = OnnxWriter.inMemory(FileLayout.inline(model), 2, arena);

      assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Files.readAllBytes(file));
    }
  }

  @Test
  void constantsOfNodesAndSubgraphsAreWrittenInPlace() {
    Model model =
        model(
            """
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              k = Constant() <value=float[2] {1, 2}>
              y = If(c) <
                then_branch=graph t() -> (u: float[2]) { w = float[2] {3, 4} u = Add(w, k) },
                else_branch=graph e() -> (v: float[2]) { v = Add(x, k) }
              >
            }
            """);
    Path file = folder.resolve("m.onnx");

    format.write(model, file, EXTERNAL);

    assertThat(TextGraph.print(format.read(file))).isEqualTo(TextGraph.print(model));
    assertThat(Files.exists(folder.resolve("m.onnx.data"))).isFalse();
  }

  /** Weights pass from file to file without passing through the heap. */
  @Test
  void aModelLargerThanTheHeapItAllocates() throws IOException {
    long count = 32L << 20;
    Path in = folder.resolve("in.onnx");
    try (FileChannel sparse =
        FileChannel.open(
            folder.resolve("w"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      sparse.write(java.nio.ByteBuffer.wrap(new byte[] {7}), 4 * count - 1);
    }
    Protos.write(
        in,
        Protos.model(
            Protos.relu()
                .addInitializer(
                    TensorEncoder.header(
                            "w", Tensor.of(DataType.FLOAT, new long[] {0}, MemorySegment.NULL))
                        .clearDims()
                        .addDims(count)
                        .setDataLocation(ai.onnx.proto.OnnxMl.TensorProto.DataLocation.EXTERNAL)
                        .addAllExternalData(
                            TensorEncoder.entries(java.util.Map.of("location", "w"))))));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Path out = folder.resolve("out.onnx");

    long before = threads.getTotalThreadAllocatedBytes();
    format.write(format.read(in), out, EXTERNAL);
    long allocated = threads.getTotalThreadAllocatedBytes() - before;

    assertThat(Files.mismatch(folder.resolve("w"), folder.resolve("out.onnx.data"))).isEqualTo(-1);
    assertThat(allocated).isLessThan(20L << 20);
  }
}
