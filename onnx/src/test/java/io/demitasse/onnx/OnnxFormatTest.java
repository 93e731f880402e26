package io.demitasse.onnx;

import static io.demitasse.onnx.Protos.choose;
import static io.demitasse.onnx.Protos.model;
import static io.demitasse.onnx.Protos.node;
import static io.demitasse.onnx.Protos.relu;
import static io.demitasse.onnx.Protos.sum;
import static io.demitasse.onnx.Protos.tensor;
import static io.demitasse.onnx.Protos.value;
import static io.demitasse.onnx.Protos.weight;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.ByteString;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ir.Verifier;
import io.demitasse.port.ModelFormat.WriteOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxFormatTest {
  private final OnnxFormat format = new OnnxFormat();
  @TempDir Path folder;

  private Model read(ModelProto proto) {
    return format.read(Protos.write(folder.resolve("in.onnx"), proto));
  }

  private Model written(Model model) {
    Path file = folder.resolve("out.onnx");
    format.write(model, file, WriteOptions.DEFAULT);
    return format.read(file);
  }

  @Test
  void aFileIsRecognizedByItsName() {
    assertThat(format.reads(Path.of("a/Model.ONNX"))).isTrue();
    assertThat(format.reads(Path.of("a/model.pb"))).isFalse();
  }

  @Test
  void everythingTheTextFormHoldsSurvives() {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17, com.microsoft 1, my.domain 2

            graph main(x: float[N,3,?], flag: bool[], seq: seq(float[...]), d = float[2] {1, 2}, \
            m: map(int64, optional(string[])), s: sparse(float[4,4]), o: opaque(my.domain, Thing), any) \
            -> (y: float[N,3,4], "odd name", x) {
              w = float[2,2] {1, -0.5, 1e-5, nan}
              names = string[2] {"a", x"ff00"}
              packed = int4[3] {-8, 7, 1}
              nothing = float[0,4] {}
              h: float[N,4], _, rest = com.microsoft::Split(x, _, w) <axis=-1, alpha=0.5, \
            mode="fast", sizes=[1, 2], scales=[1.0, 2.5], tags=["a", "b"], none=ints [], bits=x"fe"> # /layer/split
              "odd name" = "a b::Do it"(rest, d)
              y = If(flag) <
                then_branch=graph yes() -> (p: float[2,2]) {
                  local = float[2,2] {1, 2, 3, 4}
                  q = Mul(h, local)
                  p = Loop(_, flag, q) <
                    body=graph body(i: int64[], go: bool[], state) -> (go2, next) {
                      go2 = Identity(go)
                      next = Add(state, h)
                    }
                  >
                },
                else_branch=graph no() -> (r) {
                  r = Relu(h) # "relu 1"
                }
              >
              all = my.domain::All@two(h) <t=float[1] {2}, tt=tensors [int64[1] {1}, bool[] {true}], \
            sp=sparse [4,4] corner float[1] {5} int64[1] {15}, ty=type seq(int64[?]), tys=types [float[1]], \
            gs=graphs [graph one() -> () {
              }]>
            }

            function my.domain::All@two <alpha, beta=1.0> (a, b: float[1]) -> (c) opset 17, my.domain 2 {
              c = Scale(a, b) <by=@alpha:1>
            }
            """);

    Model again = written(model);

    // An operator of a domain that is not imported gets an import.
    model.opsets().put("a b", 1L);
    assertThat(TextGraph.print(again)).isEqualTo(TextGraph.print(model));
  }

  @Test
  void whatTheTextFormLeavesOutSurvivesToo() {
    Model model =
        TextGraph.parse(
            "opset 17 graph g(x: float[2]) -> (z: float[2]) { y: float[2] = Neg(x) z = Abs(y) }");
    model.irVersion(9);
    model.producer("maker", "1.2");
    model.domain("org.example");
    model.modelVersion(7);
    model.doc("what it is for");
    model.metadata().put("b", "1");
    model.metadata().put("a", "2");
    Graph graph = model.graph();
    graph.doc("the graph");
    graph.metadata().put("k", "v");
    graph.quantizationAnnotations().put("y", java.util.Map.of("SCALE_TENSOR", "s"));
    graph.nodes().getFirst().doc("the node");
    graph.nodes().getFirst().metadata().put("node", "1");
    for (String name : List.of("x", "y", "z")) {
      graph.find(name).metadata().put("value", name);
    }

    Model again = written(model);

    assertThat(again.irVersion()).isEqualTo(9);
    assertThat(again.producerName()).isEqualTo("maker");
    assertThat(again.producerVersion()).isEqualTo("1.2");
    assertThat(again.domain()).isEqualTo("org.example");
    assertThat(again.modelVersion()).isEqualTo(7);
    assertThat(again.doc()).isEqualTo("what it is for");
    assertThat(again.metadata()).containsExactlyEntriesOf(model.metadata());
    assertThat(again.graph().doc()).isEqualTo("the graph");
    assertThat(again.graph().metadata()).isEqualTo(graph.metadata());
    assertThat(again.graph().quantizationAnnotations()).isEqualTo(graph.quantizationAnnotations());
    assertThat(again.graph().nodes().getFirst().doc()).isEqualTo("the node");
    assertThat(again.graph().nodes().getFirst().metadata()).containsEntry("node", "1");
    for (String name : List.of("x", "y", "z")) {
      assertThat(again.graph().find(name).metadata()).containsEntry("value", name);
    }
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void tensorsOfEveryTypeSurviveAsInitializersAndAsConstants(DataType type) {
    Tensor tensor =
        type == DataType.STRING ? strings() : Tensor.of(type, new long[] {3, 3}, bits(type, 9));
    Graph graph = new Graph("g", null);
    graph.addInitializer("w", tensor);
    graph.node("Constant").outputs("c").attribute("value", Attribute.of(tensor)).append();
    Model model = new Model(graph);
    model.opsets().put("", 25L);

    Model again = written(model);

    assertThat(weight(again).contentEquals(tensor)).isTrue();
    assertThat(again.graph().find("c").constant().orElseThrow().contentEquals(tensor)).isTrue();
    assertThat(again.graph().find("w").type()).isEqualTo(tensor.type());
  }

  private static Tensor strings() {
    return Tensor.ofStrings(
        new long[] {2, 1},
        List.of("ä".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xff, 0}));
  }

  private static MemorySegment bits(DataType type, long elements) {
    byte[] bytes = new byte[Math.toIntExact(type.bytes(elements))];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37 + 11);
    }
    return MemorySegment.ofArray(bytes);
  }

  /** The field each type is spelled out in, entry by entry, must mean what its raw bytes mean. */
  @ParameterizedTest
  @EnumSource(value = DataType.class, names = "STRING", mode = EnumSource.Mode.EXCLUDE)
  void typedFieldsMeanWhatRawBytesMean(DataType type) {
    Tensor tensor = Tensor.of(type, new long[] {5}, bits(type, 5));
    MemorySegment bytes = tensor.bytes();
    TensorProto.Builder proto = tensor(type, 5);
    int count = Math.toIntExact(bytes.byteSize());
    switch (type) {
      case FLOAT, COMPLEX64 -> {
        for (int i = 0; i < count / 4; i++) {
          proto.addFloatData(bytes.getAtIndex(Tensor.F32, i));
        }
      }
      case DOUBLE, COMPLEX128 -> {
        for (int i = 0; i < count / 8; i++) {
          proto.addDoubleData(bytes.getAtIndex(Tensor.F64, i));
        }
      }
      case INT64 -> {
        for (int i = 0; i < 5; i++) {
          proto.addInt64Data(bytes.getAtIndex(Tensor.I64, i));
        }
      }
      case UINT64 -> {
        for (int i = 0; i < 5; i++) {
          proto.addUint64Data(bytes.getAtIndex(Tensor.I64, i));
        }
      }
      case UINT32 -> {
        for (int i = 0; i < 5; i++) {
          proto.addUint64Data(Integer.toUnsignedLong(bytes.getAtIndex(Tensor.I32, i)));
        }
      }
      case INT32 -> {
        for (int i = 0; i < 5; i++) {
          proto.addInt32Data(bytes.getAtIndex(Tensor.I32, i));
        }
      }
      case INT16, UINT16, FLOAT16, BFLOAT16 -> {
        for (int i = 0; i < 5; i++) {
          short bits = bytes.getAtIndex(Tensor.I16, i);
          proto.addInt32Data(type == DataType.INT16 ? bits : Short.toUnsignedInt(bits));
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          byte bits = bytes.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i);
          proto.addInt32Data(type == DataType.INT8 ? bits : Byte.toUnsignedInt(bits));
        }
      }
    }

    Model model = read(model(sum(proto)));

    assertThat(weight(model).contentEquals(tensor)).isTrue();
  }

  @Test
  void rawBytesAreAViewOfTheFile() {
    Model model =
        read(model(sum(tensor(DataType.FLOAT, 2).setRawData(ByteString.copyFrom(new byte[8])))));

    assertThat(weight(model).bytes().isMapped()).isTrue();
    assertThat(weight(model).bytes().isReadOnly()).isTrue();
  }

  @Test
  void sizesBelowZeroInAShapeAreUnknown() {
    Model model =
        read(
            model(
                relu()
                    .setInput(0, value("x", -1, Long.MIN_VALUE, 3))
                    .clearOutput()
                    .addOutput(value("y"))));

    assertThat(model.graph().find("x").shape())
        .contains(new Shape(List.of(Dim.UNKNOWN, Dim.UNKNOWN, Dim.of(3))));
  }

  @Test
  void onnxsOwnDomainHasOneName() {
    ModelProto proto =
        model(relu().setNode(0, node("Relu", List.of("x"), "y").setDomain("ai.onnx"))).toBuilder()
            .clearOpsetImport()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(13))
            .build();

    Model model = read(proto);

    assertThat(model.opset()).isEqualTo(13);
    assertThat(model.graph().nodes().getFirst().is("Relu")).isTrue();
  }

  @Test
  void anInputMayHaveADefault() {
    GraphProto.Builder graph = sum(tensor(DataType.FLOAT, 2).addFloatData(3).addFloatData(4));
    graph.addInput(
        value("w").toBuilder()
            .setType(
                Types.encode(
                    ValueType.tensor(DataType.FLOAT, new Shape(List.of(Dim.named("n")))))));

    Model model = read(model(graph));

    Value w = model.graph().find("w");
    assertThat(w.isInput()).isTrue();
    assertThat(w.initializer().toFloats()).containsExactly(3, 4);
    assertThat(w.shape()).contains(new Shape(List.of(Dim.named("n"))));
    assertThat(TextGraph.print(written(model))).isEqualTo(TextGraph.print(model));
  }

  @Test
  void attributesWithoutTypeAreReadByWhatTheyHold() {
    Model model =
        read(
            model(
                relu()
                    .addNode(
                        node("Foo", List.of("x"), "z")
                            .addAttribute(AttributeProto.newBuilder().setName("f").setF(0.5f))
                            .addAttribute(AttributeProto.newBuilder().setName("is").addInts(3)))));

    assertThat(model.graph().find("z").producer().attributes())
        .containsEntry("f", new Attribute.Real(0.5f))
        .containsEntry("is", new Attribute.Ints(List.of(3L)));
  }

  @Test
  void unsortedNodesAreSortedAndSortedOnesStay() {
    GraphProto.Builder then =
        GraphProto.newBuilder()
            .setName("t")
            .addNode(node("Neg", List.of("late"), "p"))
            .addOutput(value("p", 2));
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(value("x", 2))
            .addInput(value("c", DataType.BOOL))
            .addNode(choose("c", "y", then, then))
            .addNode(node("Abs", List.of("x"), "early"))
            .addNode(node("Relu", List.of("early"), "late"))
            .addOutput(value("y", 2));

    Model model = read(model(graph));

    assertThat(model.graph().nodes().stream().map(node -> node.opType()))
        .containsExactly("Abs", "Relu", "If");
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void weightsOfATrainingAlgorithmKeepTheirBindings() {
    GraphProto.Builder algorithm =
        GraphProto.newBuilder()
            .setName("step")
            .addNode(node("Sub", List.of("w", "x"), "y"))
            .addOutput(value("y", 2));
    ModelProto proto =
        model(sum(tensor(DataType.FLOAT, 2).addFloatData(3).addFloatData(4))).toBuilder()
            .addTrainingInfo(
                TrainingInfoProto.newBuilder()
                    .setAlgorithm(algorithm)
                    .addUpdateBinding(
                        StringStringEntryProto.newBuilder().setKey("w").setValue("y")))
            .build();

    Model model = read(proto);

    // The output of the algorithm shadows one of the main graph and so has another name.
    Graph step = model.training().getFirst().algorithm();
    assertThat(model.training().getFirst().updateBinding())
        .containsEntry("w", step.outputs().getFirst().name());
    assertThat(step.outputs().getFirst().name()).isEqualTo("y_1");
    assertThat(written(model).training().getFirst().updateBinding()).containsEntry("w", "y_1");
  }

  @Test
  void writingWhatWasReadGivesTheSameBytes() throws IOException {
    GraphProto.Builder graph =
        sum(tensor(DataType.FLOAT, 2).addFloatData(3).addFloatData(4))
            .addInitializer(tensor(DataType.INT64, 1).setName("d").addInt64Data(5))
            .addInput(value("d", DataType.INT64, 1))
            .addNode(node("Neg", List.of("y"), "n", ""))
            .addNode(node("Neg", List.of("n"), "n2"))
            .addValueInfo(value("n2", 2))
            .addValueInfo(value("n", 2));
    Model model = read(model(graph));
    // Renaming moves a value to the end of the graph's own bookkeeping; the file must not show it.
    model.graph().find("n").rename("m");
    Path first = folder.resolve("first.onnx");
    Path second = folder.resolve("second.onnx");

    format.write(model, first, WriteOptions.DEFAULT);
    format.write(format.read(first), second, WriteOptions.DEFAULT);

    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
  }
}
