package io.demitasse.onnx;

import static io.demitasse.onnx.Protos.choose;
import static io.demitasse.onnx.Protos.model;
import static io.demitasse.onnx.Protos.node;
import static io.demitasse.onnx.Protos.relu;
import static io.demitasse.onnx.Protos.sum;
import static io.demitasse.onnx.Protos.tensor;
import static io.demitasse.onnx.Protos.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.DemitasseException.Kind;
import io.demitasse.ir.DataType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileModelTest {
  @TempDir Path folder;

  private DemitasseException refusal(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("m.onnx"), content);
    return catchThrowableOfType(DemitasseException.class, () -> new OnnxFormat().read(file));
  }

  /** Checks the whole message behind the file's name. */
  private void assertRefused(byte[] content, String message) throws IOException {
    DemitasseException refusal = refusal(content);
    assertThat(refusal).isNotNull();
    assertThat(refusal.kind()).isEqualTo(Kind.BAD_MODEL);
    assertThat(refusal).hasMessage(folder.resolve("m.onnx") + ": " + message);
  }

  private void assertRefused(GraphProto.Builder graph, String message) throws IOException {
    assertRefused(model(graph).toByteArray(), message);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aMissingFileIsABadRequest() {
    Path file = folder.resolve("no.onnx");

    DemitasseException refusal =
        catchThrowableOfType(DemitasseException.class, () -> new OnnxFormat().read(file));

    assertThat(refusal.kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(refusal).hasMessage("There is no file " + file + ": check the path.");
  }

  @Test
  void aFolderIsABadRequest() {
    DemitasseException refusal =
        catchThrowableOfType(DemitasseException.class, () -> new OnnxFormat().read(folder));

    assertThat(refusal.kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(refusal)
        .hasMessage(
            folder + " is a folder or a device, not an ONNX file: name the file inside it.");
  }

  @Test
  void anEmptyFile() throws IOException {
    assertRefused(
        new byte[0], "is empty, expected an ONNX model. Was its download or export interrupted?");
  }

  @Test
  void aTextFile() throws IOException {
    assertRefused(
        text("Hello, this is a text file\nof two lines that nobody wants.\n"),
        "is a text file that starts with 'Hello, this is a text file of two lines ', expected an"
            + " ONNX model (protobuf).");
  }

  @Test
  void aShortTextFile() throws IOException {
    assertRefused(
        text("oops"), "is a text file that starts with 'oops', expected an ONNX model (protobuf).");
  }

  @Test
  void aPointerThatGitLfsLeftBehind() throws IOException {
    assertRefused(
        text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"),
        "is a Git LFS pointer, expected the ONNX model it stands for. Fetch it with 'git lfs"
            + " pull'.");
  }

  @Test
  void bytesThatAreNoProtobuf() throws IOException {
    assertRefused(
        new byte[] {0x08, 0x08, 0x3c, 1, 2, 3},
        "is no ONNX model: what stands at byte 3 of 6 is not protobuf. It is damaged or of another"
            + " format; download or export it again.");
  }

  @Test
  void aTruncatedModelAtWhateverByte() throws IOException {
    byte[] whole =
        model(sum(tensor(DataType.FLOAT, 2).setRawData(ByteString.copyFrom(new byte[8]))))
            .toByteArray();
    for (int length = 1; length < whole.length; length++) {
      DemitasseException refusal = refusal(Arrays.copyOf(whole, length));
      assertThat(refusal).as("length %d", length).isNotNull();
      assertThat(refusal.kind()).isEqualTo(Kind.BAD_MODEL);
      assertThat(refusal.getCause()).isNull();
    }
    assertThat(refusal(Arrays.copyOf(whole, whole.length - 3)))
        .hasMessageEndingWith("It is truncated or no ONNX model; download or export it again.");
  }

  /** Wherever a file is damaged, it is read or refused, and nothing else is thrown. */
  @Test
  void randomDamageEndsInARefusalOrInAModel() throws IOException {
    GraphProto.Builder branch =
        sum(tensor(DataType.INT8, 3).addInt32Data(1).addInt32Data(2).addInt32Data(3)).clearInput();
    byte[] whole =
        model(
                relu()
                    .addInput(value("c", DataType.BOOL))
                    .addInitializer(tensor(DataType.STRING, 1).addStringData(ByteString.EMPTY))
                    .addNode(choose("c", "z", branch.setOutput(0, value("y", 2)), branch))
                    .addNode(node("Split", List.of("z"), "a", "", "b")))
            .toByteArray();
    Random random = new Random(11);
    int refused = 0;
    for (int round = 0; round < 1000; round++) {
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      refused += refusal(damaged) == null ? 0 : 1;
    }
    assertThat(refusal(whole)).isNull();
    assertThat(refused).isBetween(300, 950);
  }

  @Test
  void noGraph() throws IOException {
    assertRefused(
        ModelProto.newBuilder().setIrVersion(8).build().toByteArray(),
        "holds no graph, expected an ONNX model. It is of another format.");
  }

  @Test
  void nestingBeyondMeasure() throws IOException {
    GraphProto.Builder graph = relu();
    for (int depth = 0; depth < 60; depth++) {
      graph = GraphProto.newBuilder().setName("g").addNode(choose("c", "y", graph, relu()));
    }
    assertThat(refusal(model(graph).toByteArray()))
        .hasMessageMatching(
            ".*: graphs are nested too deeply at byte \\d+, expected at most about 30 levels\\.");
  }

  @Test
  void aSizeBelowZero() throws IOException {
    assertRefused(
        sum(tensor(DataType.FLOAT, 2, -1)),
        "initializer 'w' has sizes [2, -1], expected none below zero. The model is damaged.");
  }

  @Test
  void sizesWhoseProductOverflows() throws IOException {
    assertRefused(
        sum(tensor(DataType.FLOAT, 1L << 40, 1L << 40)),
        "initializer 'w', float[1099511627776, 1099511627776], is larger than any memory, expected"
            + " sizes that fit one. The model is damaged.");
  }

  @Test
  void rawDataOfTheWrongLength() throws IOException {
    assertRefused(
        sum(tensor(DataType.FLOAT, 2).setRawData(ByteString.copyFrom(new byte[7]))),
        "initializer 'w', float[2], has 7 bytes of raw data, expected 8. The model is damaged;"
            + " download or export it again.");
  }

  @Test
  void tooFewEntriesOfATypedField() throws IOException {
    assertRefused(
        sum(tensor(DataType.FLOAT, 1L << 40)),
        "initializer 'w', float[1099511627776], has 0 entries of float_data, expected"
            + " 1099511627776. The model is damaged; download or export it again.");
  }

  @Test
  void tooFewStrings() throws IOException {
    assertRefused(
        sum(tensor(DataType.STRING, 2)),
        "initializer 'w', string[2], has 0 strings, expected 2. The model is damaged; download or"
            + " export it again.");
  }

  @Test
  void aDataTypeThatDoesNotExist() throws IOException {
    assertRefused(
        sum(TensorProto.newBuilder().setDataType(99).addDims(2)),
        "initializer 'w' has data type 99, expected one of 1 to 26. The model is damaged or newer"
            + " than this program.");
  }

  @Test
  void aTensorInSegments() throws IOException {
    TensorProto.Builder tensor = tensor(DataType.FLOAT, 2);
    tensor.getSegmentBuilder().setBegin(0).setEnd(1);
    assertRefused(
        sum(tensor),
        "initializer 'w', float[2], is stored in segments, which this program does not read."
            + " Export the model again.");
  }

  @Test
  void anInputThatNothingDefines() throws IOException {
    assertRefused(
        relu().addNode(node("Add", List.of("y", "nowhere"), "z")),
        "node 'Add_z' (Add) reads 'nowhere', which no input, initializer or node defines. The model"
            + " is damaged; export it again.");
  }

  @Test
  void anInputThatNothingDefinesInASubgraph() throws IOException {
    GraphProto.Builder branch =
        GraphProto.newBuilder()
            .setName("b")
            .addNode(node("Neg", List.of("nowhere"), "z"))
            .addOutput(value("z", 2));
    assertRefused(
        relu().addInput(value("c", DataType.BOOL)).addNode(choose("c", "w", branch, branch)),
        "node 'Neg_z' (Neg) in attribute 'then_branch' of node 'If_w' (If) reads 'nowhere', which"
            + " no input, initializer or node defines. The model is damaged; export it again.");
  }

  @Test
  void anOutputThatNothingDefines() throws IOException {
    assertRefused(
        relu().addOutput(value("z", 2)),
        "the graph gives out 'z', which no input, initializer or node defines. The model is"
            + " damaged; export it again.");
  }

  @Test
  void twoValuesOfOneName() throws IOException {
    String end = ", expected each name once. The model is damaged; export it again.";
    assertRefused(
        relu().addNode(node("Neg", List.of("x"), "y")),
        "the name 'y' is defined twice: by node 'Relu_y' (Relu) and by node 'Neg_y' (Neg)" + end);
    assertRefused(
        relu().addNode(node("Split", List.of("x"), "a", "a")),
        "the name 'a' is defined twice: by node 'Split_a_a' (Split) and again by node 'Split_a_a'"
            + " (Split)"
            + end);
    assertRefused(
        relu().addInput(value("x", 2)),
        "the name 'x' is defined twice: by an input and again by an input" + end);
    assertRefused(
        relu().addNode(node("Neg", List.of("y"), "x")),
        "the name 'x' is defined twice: by an input and by node 'Neg_x' (Neg)" + end);
  }

  /**
   * Nodes that read the one of two values that a later node makes would seem to wait in a circle.
   */
  @Test
  void anInitializerAndANodeOfOneName() throws IOException {
    assertRefused(
        sum(tensor(DataType.FLOAT, 2).setRawData(ByteString.copyFrom(new byte[8])))
            .addNode(node("Neg", List.of("y"), "w")),
        "the name 'w' is defined twice: by an initializer and by node 'Neg_w' (Neg), expected each"
            + " name once. The model is damaged; export it again.");
  }

  @Test
  void aNameOfTheGraphAroundMeansTheInnerValueInsideASubgraph() throws IOException {
    GraphProto.Builder then =
        GraphProto.newBuilder().addNode(node("Neg", List.of("x"), "y")).addOutput(value("y", 2));
    GraphProto.Builder otherwise =
        GraphProto.newBuilder().addNode(node("Relu", List.of("x"), "z")).addOutput(value("z", 2));
    byte[] content =
        model(relu().addInput(value("c", DataType.BOOL)).addNode(choose("c", "r", then, otherwise)))
            .toByteArray();

    assertThat(refusal(content)).isNull();
  }

  @Test
  void anOperatorWithTooFewInputs() throws IOException {
    assertRefused(
        relu().addNode(node("Sub", List.of("x"), "d")),
        "graph 'g': Sub 'Sub_d' takes 2 inputs, got 1. The model is not well formed; export it"
            + " again.");
  }

  @Test
  void namesCannotEndTheirLineOrTurnIt() throws IOException {
    assertRefused(
        relu().addOutput(value("a\nb\u202e", 2)),
        "the graph gives out 'a\\nb\\u202e', which no input, initializer or node defines. The"
            + " model is damaged; export it again.");
  }

  @Test
  void aTensorOfMoreAxesThanAnyTensorHas() throws IOException {
    long[] ones = new long[65];
    Arrays.fill(ones, 1);
    assertRefused(
        sum(tensor(DataType.FLOAT, ones)),
        "initializer 'w' has 65 axes, expected at most 64. The model is damaged.");
  }

  @Test
  void anInputWithoutName() throws IOException {
    assertRefused(relu().addInput(value("", 2)), "an input has no name, expected one.");
  }

  @Test
  void aCircle() throws IOException {
    assertRefused(
        relu().addNode(node("Add", List.of("x", "b"), "a")).addNode(node("Neg", List.of("a"), "b")),
        "the graph has nodes that wait for each other's outputs: node 'Add_a' (Add), node 'Neg_b'"
            + " (Neg). Expected a graph without circles; the model is damaged, export it again.");
  }

  @Test
  void twoAttributesOfOneName() throws IOException {
    AttributeProto alpha =
        AttributeProto.newBuilder().setName("alpha").setType(AttributeType.FLOAT).setF(1).build();
    assertRefused(
        relu().addNode(node("Elu", List.of("x"), "z").addAttribute(alpha).addAttribute(alpha)),
        "node 'Elu_z' (Elu) has two attributes 'alpha', expected one. The model is damaged; export"
            + " it again.");
  }

  @Test
  void anAttributeWithoutType() throws IOException {
    assertRefused(
        relu()
            .addNode(
                node("Elu", List.of("x"), "z")
                    .addAttribute(AttributeProto.newBuilder().setName("alpha"))),
        "attribute 'alpha' of node 'Elu_z' (Elu) has no type this program knows. The model is"
            + " damaged or newer than this program.");
  }

  @Test
  void twoVersionsOfOneDomain() throws IOException {
    ModelProto model =
        model(relu()).toBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(13))
            .build();
    assertRefused(
        model.toByteArray(),
        "imports domain '' as version 17 and as version 13, expected one version for each domain.");
  }

  @Test
  void operatorsWithoutAnImportOfTheirDomain() throws IOException {
    ModelProto model = model(relu()).toBuilder().clearOpsetImport().build();
    assertRefused(
        model.toByteArray(),
        "graph 'g': Relu 'Relu_y' is of domain 'ai.onnx', which is not imported (imported: [])."
            + " The model is not well formed; export it again.");
  }

  @Test
  void aDefaultThatIsNotOfItsInputsType() throws IOException {
    assertRefused(
        sum(tensor(DataType.FLOAT, 3).setRawData(ByteString.copyFrom(new byte[12])))
            .addInput(value("w", 2)),
        "graph 'g': initializer 'w' holds float[3] but its type is float[2]. The model is not well"
            + " formed; export it again.");
  }

  @Test
  void aSubgraphThatGivesOutAValueOfItsSurroundings() throws IOException {
    GraphProto.Builder branch = GraphProto.newBuilder().setName("b").addOutput(value("x", 2));
    DemitasseException refusal =
        refusal(
            model(
                    relu()
                        .addInput(value("c", DataType.BOOL))
                        .addNode(choose("c", "w", branch, branch)))
                .toByteArray());
    assertThat(refusal.kind()).isEqualTo(Kind.BAD_MODEL);
    assertThat(refusal)
        .hasMessageContaining("output 'x' belongs to graph 'g'; copy it by an Identity");
  }
}
