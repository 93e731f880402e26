package io.demitasse.media.data;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.leftover.Leftovers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The pages that come with this module, copied to a temporary folder once while the program runs,
 * so that their pictures are files like any others.
 */
public final class BuiltInPages {
  private static final String RESOURCES = "/io/demitasse/media/ocr/";
  private static final String PAGES = "pages.jsonl";
  private static final String CALIBRATION = "calibration.jsonl";

  private BuiltInPages() {}

  /** Made when it is first asked for. */
  private static final class Copy {
    static final Path FOLDER = copy();
  }

  /** The list of the pages that are judged; beside it lies that for calibration. */
  public static Path list() {
    return Copy.FOLDER.resolve(PAGES);
  }

  private static Path copy() {
    try {
      Path folder = Files.createTempDirectory("demitasse-pages-");
      Leftovers.deleteAtExit(folder);
      for (String list : new String[] {PAGES, CALIBRATION}) {
        byte[] content = copy(list, folder);
        for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
          copy(new JsonMapper().readTree(line).path("image").asText(), folder);
        }
      }
      return folder;
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot copy the built-in pages to a temporary folder: " + Reason.of(e), e);
    }
  }

  private static byte[] copy(String name, Path folder) throws IOException {
    try (InputStream in = BuiltInPages.class.getResourceAsStream(RESOURCES + name)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource " + RESOURCES + name + " is missing from the media module");
      }
      Path target = folder.resolve(name);
      Files.createDirectories(target.resolveSibling("."));
      byte[] content = in.readAllBytes();
      Files.write(target, content);
      return content;
    }
  }
}
