package io.demitasse.result;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.source.RealPath;
import io.demitasse.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Files beside the original that steps wrote again, such as a tokenizer. In a folder they have the
 * name that they had; beside a model {@code small.onnx} they are called after it, {@code
 * small-tokenizer.json}.
 */
record RewrittenFiles(Source source, Output output) {
  private static final String FIRST = "tokenizer.json";
  private static final String ENDING = ".onnx";

  /** Whether a former result may have written a name. */
  static boolean isOne(String name) {
    return name.matches("(.+-)?(tokenizer|vocab)[.](json|txt)|(.+-)?merges[.]txt");
  }

  /** Their content, by the name in the folder of the result. */
  Map<String, byte[]> of(Bundle bundle) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    bundle
        .renumberings()
        .values()
        .forEach(
            each ->
                each.files().stream()
                    .filter(file -> source.isFolder() || isOne(fileName(file)))
                    .forEach(file -> files.put(name(file), each.content(file))));
    return files;
  }

  private String name(Path file) {
    if (source.isFolder()) {
      Path folder = RealPath.followed(source.path());
      Path real = RealPath.followed(file);
      return real.startsWith(folder) ? folder.relativize(real).toString() : fileName(file);
    }
    String model = output.model().getFileName().toString();
    String own = fileName(file);
    String plain = own.endsWith("-" + FIRST) ? FIRST : own;
    return output.isFolder()
        ? plain
        : model.substring(0, model.length() - ENDING.length()) + "-" + plain;
  }

  private static String fileName(Path file) {
    return file.getFileName().toString();
  }

  /**
   * Nobody else's file goes.
   *
   * @throws DemitasseException (bad request) naming the file that stands where one is to be
   */
  void requireFree(Bundle bundle, Destination destination) throws IOException {
    for (String name : of(bundle).keySet()) {
      Path file = destination.root().resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !destination.ours().owns(name)) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "The result brings a %s of its own, and %s is not one that Demitasse wrote there."
                    + " Nothing was written. Move it elsewhere, or choose another destination.",
                name,
                file));
      }
    }
  }
}
