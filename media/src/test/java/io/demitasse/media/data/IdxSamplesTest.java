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
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and labels in the format of MNIST. */
class IdxSamplesTest {
  @TempDir private Path folder;

  /** Two rows and three columns a picture, of which each element tells its place. */
  private void write(String name, int count, boolean compressed) throws IOException {
    byte[] pixels = new byte[count * 6];
    byte[] labels = new byte[count];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (255 - i);
    }
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 10);
    }
    String end = compressed ? ".gz" : "";
    idx(name + "-images-idx3-ubyte" + end, pixels, 0x803, count, 2, 3);
    idx(name + "-labels-idx1-ubyte" + end, labels, 0x801, count);
  }

  private Path idx(String name, byte[] content, int magic, int... sizes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(bytes) : bytes;
        DataOutputStream data = new DataOutputStream(out)) {
      data.writeInt(magic);
      for (int size : sizes) {
        data.writeInt(size);
      }
      data.write(content);
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  private static SampleKinds kinds(DataType type, Dim... dims) {
    return SampleKinds.of(
        new DeclaredInputs(
            List.of(
                new DeclaredInputs.Input(
                    "pixels", ValueType.tensor(type, new Shape(List.of(dims))), true))));
  }

  private static final SampleKinds USUAL =
      kinds(DataType.FLOAT, Dim.named("N"), Dim.of(1), Dim.of(2), Dim.of(3));

  private static Tensor pixels(Sample sample) {
    return ((Sample.Tensors) sample).inputs().get("pixels");
  }

  @Test
  void picturesAreScaledAndHaveLabelsAndSplits() throws IOException {
    write("train", 12, true);
    write("t10k", 3, false);

    Dataset data = Datasets.open(folder, USUAL);

    assertThat(data.size()).isEqualTo(15);
    Sample first = data.get(3);
    assertThat(first.id()).isEqualTo("train 1");
    assertThat(pixels(first).sizes()).containsExactly(1, 1, 2, 3);
    assertThat(pixels(first).toFloats()[0]).isEqualTo(1f);
    assertThat(pixels(first).toFloats()[5]).isEqualTo(250 / 255f);
    assertThat(pixels(data.get(4)).toFloats()[0]).isEqualTo(249 / 255f);
    assertThat(data.get(14).fields().text("label")).hasValue("1");
    assertThat(data.declared(0)).hasValue(Split.JUDGE);
    assertThat(data.declared(14)).hasValue(Split.TRAIN);
  }

  @Test
  void theyTakeTheFormThatTheInputDeclares() throws IOException {
    write("train", 2, false);
    Path file = folder.resolve("train-images-idx3-ubyte");

    assertThat(pixels(Datasets.open(file, kinds(DataType.FLOAT, Dim.named("N"), Dim.of(6))).get(1)))
        .hasToString("float[1,6]");
    assertThat(
            pixels(
                Datasets.open(
                        file,
                        kinds(DataType.FLOAT, Dim.named("N"), Dim.of(2), Dim.of(3), Dim.of(1)))
                    .get(1)))
        .hasToString("float[1,2,3,1]");
    Tensor bytes =
        pixels(
            Datasets.open(file, kinds(DataType.UINT8, Dim.named("N"), Dim.of(2), Dim.of(3)))
                .get(1));
    assertThat(bytes).hasToString("uint8[1,2,3]");
    assertThat(bytes.toLongs()).startsWith(249, 248);
  }

  @Test
  void sizesAreHeldToTheLengthOfTheFile() throws IOException {
    write("train", 2, false);
    assertRefused(new byte[11], "12 bytes, but it holds 11", 0x803, 2, 2, 3);
    assertRefused(new byte[13], "12 bytes, but it holds more", 0x803, 2, 2, 3);
    assertRefused(new byte[12], "sizes are positive", 0x803, 2, -2, 3);
    assertRefused(new byte[0], "sizes are positive", 0x803, 0, 2, 3);
    assertRefused(new byte[12], "at most", 0x803, Integer.MAX_VALUE, 65535, 65535);
    assertRefused(new byte[12], "begins with 00000d03, expected 00000803", 0xd03, 2, 2, 3);
    assertRefused(new byte[0], "ends within its header", 0x803, 2, 2);
  }

  private void assertRefused(byte[] content, String why, int magic, int... sizes)
      throws IOException {
    Path file = idx("train-images-idx3-ubyte", content, magic, sizes);
    assertThatThrownBy(() -> Datasets.open(file, USUAL))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("Cannot use " + file)
        .hasMessageContaining(why);
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() throws IOException {
    write("train", 2, false);
    idx("train-labels-idx1-ubyte", new byte[3], 0x801, 3);
    assertThatThrownBy(() -> Datasets.open(folder, USUAL))
        .hasMessageContaining("holds 2 pictures, but")
        .hasMessageContaining("3 labels");

    Files.delete(folder.resolve("train-labels-idx1-ubyte"));
    assertThatThrownBy(() -> Datasets.open(folder, USUAL))
        .hasMessageContaining("put train-labels-idx1-ubyte beside it");
  }

  @Test
  void whatIsNotCompressedOrCutOffIsRefused() throws IOException {
    write("train", 2, true);
    Path file = folder.resolve("train-images-idx3-ubyte.gz");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Datasets.open(file, USUAL))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("ends within");
    Files.writeString(file, "no gzip");
    assertThatThrownBy(() -> Datasets.open(file, USUAL))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("not compressed by gzip");
  }

  @Test
  void aModelOfOtherSizesSaysWhatItTakes() throws IOException {
    write("train", 2, false);

    assertThatThrownBy(
            () ->
                Datasets.open(
                    folder,
                    kinds(DataType.FLOAT, Dim.named("N"), Dim.of(1), Dim.of(32), Dim.of(32))))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("expected float[N,1,32,32], got float[1,1,2,3]");
  }
}
