package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The encoded archives were written by NumPy 2.4.6. */
class NpzTest {
  @TempDir Path folder;

  @Test
  void readsWhatItWrote() throws Exception {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("input_ids", Tensor.ofLongs(new long[] {1, 2}, 101, 102));
    arrays.put("x", Tensor.ofFloats(new long[] {3}, 1, -2, Float.NaN));
    Path file = folder.resolve("a.npz");

    Npz.write(arrays, file);
    Map<String, Tensor> read = Npz.read(file);

    assertThat(read.keySet()).containsExactly("input_ids", "x");
    arrays.forEach((name, tensor) -> assertThat(read.get(name).contentEquals(tensor)).isTrue());
  }

  @Test
  void readsACompressedArchive() throws Exception {
    Map<String, Tensor> arrays =
        decode(
            "UEsDBC0AAAAIAAAAIQCI07lv//////////8NABQAaW5wdXRfaWRzLm5weQEAEACQAAAAAAAAAEwAAAAA"
                + "AAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvka"
                + "hjoKRpo6CrUKZAOuVAYISIPSAFBLAwQtAAAACAAAACEAKrvnWP//////////EgAUAGF0dGVudGlvbl9t"
                + "YXNrLm5weQEAEACQAAAAAAAAAEsAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RS"
                + "lJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoKRpo6CrUKZAMuRgYIgNEAUEsBAi0DLQAAAAgAAAAhAIjT"
                + "uW9MAAAAkAAAAA0AAAAAAAAAAAAAAIABAAAAAGlucHV0X2lkcy5ucHlQSwECLQMtAAAACAAAACEAKrvn"
                + "WEsAAACQAAAAEgAAAAAAAAAAAAAAgAGLAAAAYXR0ZW50aW9uX21hc2subnB5UEsFBgAAAAACAAIAewAA"
                + "ABoBAAAAAA==");

    assertThat(arrays.get("input_ids").toLongs()).containsExactly(101, 102);
    assertThat(arrays.get("attention_mask").toLongs()).containsExactly(1, 1);
  }

  @Test
  void readsAnUncompressedArchive() throws Exception {
    Map<String, Tensor> arrays =
        decode(
            "UEsDBC0AAAAAAAAAIQBSMxP7//////////8FABQAeC5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1Q"
                + "WQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICg0LCks"
                + "IH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
                + "ICAKAAAAAAAAgD8AAABAAABAQFBLAQItAy0AAAAAAAAAIQBSMxP7kAAAAJAAAAAFAAAAAAAAAAAAAACA"
                + "AQAAAAB4Lm5weVBLBQYAAAAAAQABADMAAADHAAAAAAA=");

    assertThat(arrays.keySet()).containsExactly("x");
    assertThat(arrays.get("x").toFloats()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void anArchiveThatIsNoneIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("a.npz"), "no archive at all, only text");

    assertThatThrownBy(() -> Npz.read(file))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("is no .npz file: ");
  }

  @Test
  void anEntryThatIsNoArrayIsNamed() throws Exception {
    Path text = zip("notes.txt", new byte[] {1});
    Path broken = zip("x.npy", new byte[] {1, 2, 3});

    assertThatThrownBy(() -> Npz.read(text))
        .hasMessage("holds an entry 'notes.txt', expected arrays named NAME.npy");
    assertThatThrownBy(() -> Npz.read(broken))
        .hasMessage("entry x.npy is no .npy file: it does not start with \\x93NUMPY");
  }

  @Test
  void anArchiveCutShortIsRefused() throws Exception {
    Path file = folder.resolve("a.npz");
    Npz.write(Map.of("x", Tensor.ofFloats(new long[] {2}, 1, 2)), file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> Npz.read(file)).isInstanceOf(DemitasseException.class);
  }

  private Map<String, Tensor> decode(String base64) throws Exception {
    return Npz.read(Files.write(folder.resolve("a.npz"), Base64.getDecoder().decode(base64)));
  }

  private Path zip(String name, byte[] content) throws Exception {
    Path file = folder.resolve(name + ".npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    }
    return file;
  }
}
