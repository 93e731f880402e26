package io.demitasse.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes pages as pictures, and the truth about them as JSON lines, a page a line. */
final class OcrFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Entry(String image, String row, List<EntryLine> lines) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record EntryLine(String text, List<List<Integer>> box, @Nullable String match) {}

  private final Path folder;
  private final List<String> entries = new ArrayList<>();

  OcrFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes a page and remembers what is on it.
   *
   * @param image path of the picture inside the folder, with slashes
   */
  void add(String image, OcrRow row, OcrLayout.Page page, BufferedImage scan) throws IOException {
    Path file = folder.resolve(image);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    writePng(scan, file);
    entries.add(JSON.writeValueAsString(new Entry(image, row.name(), lines(page))));
  }

  private static List<EntryLine> lines(OcrLayout.Page page) {
    List<EntryLine> lines = new ArrayList<>();
    for (int i = 0; i < page.lines().size(); i++) {
      OcrText.Line line = page.lines().get(i);
      lines.add(new EntryLine(line.text(), page.boxes().get(i), line.match()));
    }
    return lines;
  }

  /** Lists all pages added so far in a file of the folder. */
  void list(String name) throws IOException {
    Files.writeString(folder.resolve(name), String.join("\n", entries) + "\n");
  }

  private static void writePng(BufferedImage image, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam smallest = writer.getDefaultWriteParam();
    smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    smallest.setCompressionQuality(0);
    Files.deleteIfExists(file);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), smallest);
    } finally {
      writer.dispose();
    }
  }
}
