package io.demitasse.onnx;

import static io.demitasse.onnx.Protos.external;
import static io.demitasse.onnx.Protos.model;
import static io.demitasse.onnx.Protos.sum;
import static io.demitasse.onnx.Protos.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalDataTest {
  private static final String WHAT = "initializer 'w', float[2], ";

  @TempDir Path top;
  private Path folder;

  @BeforeEach
  void folderWithData() throws IOException {
    folder = Files.createDirectories(top.resolve("models"));
    byte[] content =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1)
            .putFloat(2)
            .putFloat(3)
            .putFloat(4)
            .array();
    Files.write(folder.resolve("w.data"), content);
    Files.write(top.resolve("secret"), content);
  }

  private Model read(TensorProto.Builder tensor) {
    return new OnnxFormat().read(Protos.write(folder.resolve("m.onnx"), model(sum(tensor))));
  }

  private static Map<String, String> at(String location) {
    return Map.of("location", location);
  }

  private void assertRefused(Map<String, String> entries, String message) {
    assertThatThrownBy(() -> read(external(entries)))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(folder.resolve("m.onnx") + ": " + WHAT + message)
        .extracting(e -> ((DemitasseException) e).kind())
        .isEqualTo(DemitasseException.Kind.BAD_MODEL);
  }

  @Test
  void aPieceOfAFileIsMapped() {
    Map<String, String> entries = new LinkedHashMap<>(at("w.data"));
    entries.put("offset", "4");
    entries.put("length", "8");

    Model model = read(external(entries));

    assertThat(weight(model).toFloats()).containsExactly(2, 3);
    assertThat(weight(model).bytes().isMapped()).isTrue();
  }

  @Test
  void withoutOffsetAndLengthItIsAsLongAsTheTensor() {
    assertThat(weight(read(external(at("w.data")))).toFloats()).containsExactly(1, 2);
  }

  @Test
  void aFileInAFolderBelow() throws IOException {
    Files.createDirectory(folder.resolve("weights"));
    Files.copy(folder.resolve("w.data"), folder.resolve("weights/w"));

    assertThat(weight(read(external(at("weights/../weights/w")))).toFloats()).containsExactly(1, 2);
  }

  @Test
  void theModelsOwnFolderMayBeReachedByALink() throws IOException {
    read(external(at("w.data")));
    Path link = Files.createSymbolicLink(top.resolve("link"), folder);

    Model model = new OnnxFormat().read(link.resolve("m.onnx"));

    assertThat(weight(model).toFloats()).containsExactly(1, 2);
  }

  @Test
  void aFileAboveTheModelIsRefused() {
    assertRefused(
        at("../secret"),
        "names the data file '../secret', which lies outside the model's folder, expected a file"
            + " beside the model.");
  }

  @Test
  void anAbsolutePathIsRefused() {
    Path secret = top.resolve("secret").toAbsolutePath();
    assertRefused(
        at(secret.toString()),
        "names the data file '"
            + secret
            + "', which lies outside the model's folder, expected a file beside the model.");
  }

  @Test
  void aLinkOutOfTheFolderIsRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), top.resolve("secret"));
    assertRefused(
        at("link"),
        "names the data file 'link', which is a link out of the model's folder, expected a file in"
            + " it. Copy the file itself there.");
  }

  @Test
  void aFolderThatLinksOutIsRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("up"), top);
    assertRefused(
        at("up/secret"),
        "names the data file 'up/secret', which is a link out of the model's folder, expected a"
            + " file in it. Copy the file itself there.");
  }

  @Test
  void aFileThatIsMissing() {
    assertRefused(
        at("gone.data"),
        "names the data file 'gone.data', which does not exist, expected it beside the model. Copy"
            + " it there.");
  }

  @Test
  void aNameThatIsNone() {
    assertRefused(
        at("a\0b"),
        "names the data file 'a\\u0000b', which is not a file name, expected one beside the"
            + " model.");
    assertRefused(
        Map.of("offset", "0"),
        "is external but names no file, expected a location. The model is damaged.");
  }

  @Test
  void aPlaceBehindTheEndOfTheFile() {
    Map<String, String> entries = new LinkedHashMap<>(at("w.data"));
    entries.put("offset", "12");
    assertRefused(
        entries,
        "lies at byte 12 of 'w.data', which has 16 bytes; expected at least 8 from there. The data"
            + " file is truncated or belongs to another model.");
    entries.put("offset", "9223372036854775807");
    assertRefused(
        entries,
        "lies at byte 9223372036854775807 of 'w.data', which has 16 bytes; expected at least 8 from"
            + " there. The data file is truncated or belongs to another model.");
  }

  @Test
  void aLengthThatIsNotTheTensors() {
    Map<String, String> entries = new LinkedHashMap<>(at("w.data"));
    entries.put("length", "16");
    assertRefused(entries, "has 16 bytes of external data, expected 8. The model is damaged.");
  }

  @Test
  void numbersThatAreNone() {
    Map<String, String> entries = new LinkedHashMap<>(at("w.data"));
    entries.put("offset", "-4");
    assertRefused(entries, "has external data with offset '-4', expected a number from 0.");
    entries.put("offset", "four");
    assertRefused(entries, "has external data with offset 'four', expected a number from 0.");
  }
}
