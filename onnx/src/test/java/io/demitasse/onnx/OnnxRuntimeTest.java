package io.demitasse.onnx;

import static io.demitasse.onnx.Protos.choose;
import static io.demitasse.onnx.Protos.node;
import static io.demitasse.onnx.Protos.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.DemitasseException.Kind;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.NodeTime;
import io.demitasse.port.Runtime.Optimization;
import io.demitasse.port.Runtime.Session;
import io.demitasse.port.Runtime.SessionOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("it counts temporary folders of the process")
class OnnxRuntimeTest {
  private static final SessionOptions OPTIONS = SessionOptions.of(1);

  private final Runtime runtime = new OnnxRuntime();
  @TempDir Path folder;

  private static Model model(String text) {
    return TextGraph.parse("ir 8, opset 17, my.domain 1 " + text);
  }

  private Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    try (Session session = runtime.open(model, OPTIONS)) {
      return session.run(inputs);
    }
  }

  @Test
  void theServiceLoaderFindsBothPorts() {
    Ports ports = Ports.find();

    assertThat(ports.format()).isInstanceOf(OnnxFormat.class);
    assertThat(ports.runtime()).isInstanceOf(OnnxRuntime.class);
    assertThat(ports.runtime().version()).matches("ONNX Runtime 1\\.\\d+\\.\\d+");
  }

  @ParameterizedTest
  @EnumSource(Optimization.class)
  void aModelRunsFromMemoryAndFromItsFile(Optimization level) {
    Model model = model("graph g(x: float[N]) -> (y: float[N]) { a = Neg(x) y = Relu(a) }");
    Path file = folder.resolve("m.onnx");
    new OnnxFormat().write(model, file, WriteOptions.DEFAULT);
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {3}, -1, 2, -3));

    for (Session opened :
        List.of(
            runtime.open(model, OPTIONS.with(level)), runtime.open(file, OPTIONS.with(level)))) {
      Tensor y;
      try (Session session = opened) {
        y = session.run(inputs).get("y");
      }
      assertThat(y.sizes()).containsExactly(3);
      assertThat(y.toFloats()).containsExactly(1, 0, 3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "INT8",
        "UINT8",
        "INT16",
        "INT32",
        "INT64",
        "BOOL"
      })
  void inputsAndOutputsOfTheTypesJavaHandsOver(DataType type) {
    byte[] bits = new byte[Math.toIntExact(type.bytes(6))];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (byte) (type == DataType.BOOL ? i % 2 : i * 11 + 1);
    }
    Tensor onHeap = Tensor.of(type, new long[] {2, 3}, MemorySegment.ofArray(bits));
    Model model =
        model("graph g(x: T[2,3]) -> (y: T[2,3]) { y = Identity(x) }".replace("T", type.text()));

    try (Arena arena = Arena.ofShared()) {
      MemorySegment unaligned =
          arena.allocate(bits.length + 1L, 64).asSlice(1).copyFrom(onHeap.bytes());
      MemorySegment aligned = arena.allocate(bits.length, 64).copyFrom(onHeap.bytes());
      for (MemorySegment place : List.of(onHeap.bytes(), unaligned, aligned)) {
        Tensor x = Tensor.of(type, new long[] {2, 3}, place);
        assertThat(run(model, Map.of("x", x)).get("y").contentEquals(onHeap)).isTrue();
      }
    }
  }

  @Test
  void outputsOfTypesThatAreNoInputs() {
    Model model =
        TextGraph.parse(
            """
            ir 9, opset 19
            graph g(x: float[2]) -> (a: uint16[2], b: uint32[2], c: uint64[2], d: float8e4m3fn[2]) {
              a = Cast(x) <to=4>
              b = Cast(x) <to=12>
              c = Cast(x) <to=13>
              d = Cast(x) <to=17>
            }
            """);

    Map<String, Tensor> outputs = run(model, Map.of("x", Tensor.ofFloats(new long[] {2}, 1, 2)));

    assertThat(outputs.get("a").toLongs()).containsExactly(1, 2);
    assertThat(outputs.get("b").toLongs()).containsExactly(1, 2);
    assertThat(outputs.get("c").toLongs()).containsExactly(1, 2);
    assertThat(outputs.get("d").dataType()).isEqualTo(DataType.FLOAT8E4M3FN);
    assertThat(outputs.get("d").bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
        .containsExactly(0x38, 0x40);
  }

  @Test
  void stringsGoInAndComeOut() {
    Model model =
        model(
            "graph g(x: string[2]) -> (y: string[2,1]) { s = int64[2] {2, 1} y = Reshape(x, s) }");
    List<byte[]> words =
        List.of("a".getBytes(StandardCharsets.UTF_8), "ünï".getBytes(StandardCharsets.UTF_8));

    Tensor y = run(model, Map.of("x", Tensor.ofStrings(new long[] {2}, words))).get("y");

    assertThat(y.contentEquals(Tensor.ofStrings(new long[] {2, 1}, words))).isTrue();
  }

  @Test
  void emptyTensorsPass() {
    Model model = model("graph g(x: float[N,2]) -> (y: float[N,2]) { y = Relu(x) }");

    Tensor y = run(model, Map.of("x", Tensor.ofFloats(new long[] {0, 2}))).get("y");

    assertThat(y.sizes()).containsExactly(0, 2);
  }

  @Test
  void outputsThatAreNoTensorsAreLeftOut() {
    Model model =
        model(
            "graph g(x: float[2]) -> (s: seq(float[2]), y: float[2]) { s = SequenceConstruct(x) y ="
                + " Neg(x) }");

    assertThat(run(model, Map.of("x", Tensor.ofFloats(new long[] {2}, 1, 2))))
        .containsOnlyKeys("y");
  }

  @Test
  void namesOfInputsMustBeThoseOfTheModel() {
    Model model = model("graph g(x: float[2], z: float[2]) -> (y: float[2]) { y = Add(x, z) }");

    DemitasseException refusal =
        catchThrowableOfType(
            DemitasseException.class,
            () ->
                run(
                    model,
                    Map.of("x", Tensor.ofFloats(new long[] {2}, 1, 2), "q", Tensor.scalar(1f))));

    assertThat(refusal.kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(refusal)
        .hasMessage(
            "The model expects inputs [x, z], got [q, x]: pass a tensor for each of them and for no"
                + " other.");
  }

  @Test
  void anInputOfATypeJavaCannotHandOver() {
    Model model = model("graph g(x: uint32[2]) -> (y: float[2]) { y = Cast(x) <to=1> }");
    Tensor x = Tensor.of(DataType.UINT32, new long[] {2}, MemorySegment.ofArray(new byte[8]));

    assertThatThrownBy(() -> run(model, Map.of("x", x)))
        .hasMessage(
            "Input 'x' is uint32[2], a type ONNX Runtime does not take from Java; expected float,"
                + " double, float16, bfloat16, bool, string, uint8 or a signed integer.");
  }

  @Test
  void aRunThatFailsTellsTheRuntimesReason() {
    Model model =
        model("graph g(x: float[N], z: int64[M]) -> (y: float[M]) { y = Gather(x, z) # pick\n }");

    DemitasseException failure =
        catchThrowableOfType(
            DemitasseException.class,
            () ->
                run(
                    model,
                    Map.of(
                        "x",
                        Tensor.ofFloats(new long[] {2}, 1, 2),
                        "z",
                        Tensor.ofLongs(new long[] {1}, 7))));

    assertThat(failure.kind()).isEqualTo(Kind.BACKEND_FAILED);
    assertThat(failure)
        .hasMessageContaining("x=float[2]")
        .hasMessageContaining("Gather node 'pick': indices element out of data bounds, idx=7");
  }

  @Test
  void aMissingFileIsABadRequest() {
    Path file = folder.resolve("no.onnx");
    assertThatThrownBy(() -> runtime.open(file, OPTIONS))
        .hasMessage("There is no model file " + file + ": check the path.");
  }

  @Test
  void aRefusalNamesTheNode() {
    assertThat(runtime.refuses(model("graph g(x: float[2]) -> (y: float[2]) { y = Neg(x) }")))
        .isEmpty();
    assertThat(
            runtime.refuses(
                model("graph g(x: float[2]) -> (y: float[2]) { y = my.domain::Foo(x) # here\n }")))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .contains("my.domain:Foo(-1) is not a registered function/op")
                    .contains("my.domain.Foo 'here'"));
    assertThat(
            runtime.refuses(model("graph g(x: int8[2]) -> (y: int8[2]) { y = Erf(x) # here\n }")))
        .hasValueSatisfying(reason -> assertThat(reason).contains("Erf").contains("node (here)"));
  }

  @Test
  void whatTheRuntimeCannotLoadIsABackendFailure() {
    DemitasseException failure =
        catchThrowableOfType(
            DemitasseException.class,
            () ->
                runtime.open(
                    model("graph g(x: float[2]) -> (y: float[2]) { y = Nonsense(x) }"), OPTIONS));

    assertThat(failure.kind()).isEqualTo(Kind.BACKEND_FAILED);
    assertThat(failure)
        .hasMessageStartingWith("ONNX Runtime cannot load the model: ")
        .hasMessageContaining("Nonsense");
  }

  @Test
  void aProfileTellsTheTimeOfEachNodeAndRepeatsItself() {
    Model model =
        model(
            "graph g(x: float[N]) -> (y: float[N]) { a = Neg(x) # first\n y = Exp(a) # second\n }");
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {3}, 1, 2, 3));

    try (Session session = runtime.open(model, OPTIONS.with(Optimization.NONE).profiled())) {
      session.run(inputs);
      session.run(inputs);
      List<NodeTime> times = session.profile();

      assertThat(times)
          .extracting(NodeTime::node, NodeTime::opType, NodeTime::provider, NodeTime::calls)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple("first", "Neg", "CPUExecutionProvider", 2L),
              org.assertj.core.groups.Tuple.tuple("second", "Exp", "CPUExecutionProvider", 2L));
      assertThat(session.profile()).isEqualTo(times);
    }
  }

  @Test
  void withoutProfilingThereIsNoProfile() {
    Model model = model("graph g(x: float[2]) -> (y: float[2]) { y = Neg(x) }");
    try (Session session = runtime.open(model, OPTIONS)) {
      assertThat(session.profile()).isEmpty();
    }
  }

  @Test
  void aClosedSessionDoesNotRun() {
    Session session =
        runtime.open(model("graph g(x: float[2]) -> (y: float[2]) { y = Neg(x) }"), OPTIONS);
    session.close();
    session.close();

    assertThatThrownBy(() -> session.run(Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the session is closed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void temporaryFilesGoWithTheSession(boolean profiled) throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> before = demitasseFolders(temporary);
    Model model = model("graph g(x: float[2]) -> (y: float[2]) { y = Neg(x) }");

    try (Session session = runtime.open(model, profiled ? OPTIONS.profiled() : OPTIONS)) {
      session.run(Map.of("x", Tensor.ofFloats(new long[] {2}, 1, 2)));
      assertThat(demitasseFolders(temporary)).hasSize(before.size() + (profiled ? 1 : 0));
    }

    assertThat(demitasseFolders(temporary)).isEqualTo(before);
  }

  private static List<Path> demitasseFolders(Path temporary) throws IOException {
    String own = "demitasse-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> file.getFileName().toString().startsWith(own)).sorted().toList();
    }
  }

  @Test
  void aModelTooLargeForMemoryGoesThroughAFile() {
    Model model =
        model("graph g(x: float[512]) -> (y: float[512]) { w = float[512] ~ 1 y = Add(x, w) }");
    Tensor w = model.graph().find("w").initializer();
    Workspace workspace = new Workspace();
    Path file = workspace.store(model, 2);

    try (workspace;
        Session session = runtime.open(file, OPTIONS)) {
      assertThat(Files.exists(file.resolveSibling("model.data"))).isTrue();
      Tensor y =
          session.run(Map.of("x", Tensor.ofFloats(new long[] {512}, new float[512]))).get("y");
      assertThat(y.contentEquals(w)).isTrue();
    }
    assertThat(Files.exists(file)).isFalse();
  }

  /**
   * Branches in branches that read values of every level, weights and constants inside, names used
   * twice, nodes out of order: what speech models are made of.
   */
  @Test
  void nestedBranchesComputeWhatTheFileComputes() {
    GraphProto.Builder inner =
        GraphProto.newBuilder()
            .setName("inner")
            .addInitializer(floats("late", 5, 6))
            .addNode(node("Add", List.of("late", "middle"), "p"))
            .addNode(node("Mul", List.of("p", "x"), "q"))
            .addOutput(value("q", 2));
    GraphProto.Builder other =
        GraphProto.newBuilder()
            .setName("other")
            .addNode(node("Neg", List.of("middle"), "q"))
            .addOutput(value("q", 2));
    GraphProto.Builder outer =
        GraphProto.newBuilder()
            .setName("outer")
            .addNode(node("Add", List.of("early", "x"), "middle"))
            .addNode(choose("deep", "y2", inner, other))
            .addOutput(value("y2", 2));
    GraphProto.Builder otherwise =
        GraphProto.newBuilder()
            .setName("otherwise")
            .addNode(node("Sub", List.of("x", "early"), "y2"))
            .addOutput(value("y2", 2));
    ModelProto proto =
        Protos.model(
            GraphProto.newBuilder()
                .setName("g")
                .addInput(value("x", 2))
                .addInput(value("c", DataType.BOOL))
                .addInput(value("deep", DataType.BOOL))
                .addNode(choose("c", "y", outer, otherwise))
                .addNode(node("Exp", List.of("x"), "early"))
                .addNode(node("Abs", List.of("y"), "late"))
                .addNode(node("Add", List.of("y", "late"), "z"))
                .addOutput(value("z", 2)));
    Path file = Protos.write(folder.resolve("in.onnx"), proto);
    Model model = new OnnxFormat().read(file);
    Path rewritten = folder.resolve("out.onnx");
    new OnnxFormat().write(model, rewritten, WriteOptions.DEFAULT);

    for (Optimization level : List.of(Optimization.NONE, Optimization.ALL)) {
      try (Session original = runtime.open(file, OPTIONS.with(level));
          Session again = runtime.open(rewritten, OPTIONS.with(level))) {
        for (int i = 0; i < 4; i++) {
          Map<String, Tensor> inputs =
              Map.of(
                  "x",
                  Tensor.ofFloats(new long[] {2}, 1.5f, -2.5f),
                  "c",
                  flag(i / 2),
                  "deep",
                  flag(i % 2));
          Tensor expected = original.run(inputs).get("z");
          assertThat(again.run(inputs).get("z").contentEquals(expected)).isTrue();
        }
      }
    }
  }

  private static Tensor flag(int value) {
    return Tensor.ofBytes(DataType.BOOL, new long[0], (byte) value);
  }

  private static TensorProto.Builder floats(String name, float... values) {
    TensorProto.Builder tensor = Protos.tensor(DataType.FLOAT, values.length).setName(name);
    for (float each : values) {
      tensor.addFloatData(each);
    }
    return tensor;
  }
}
