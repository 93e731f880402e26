package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.WorkFolder;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.port.ModelFormat;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of candidates, until this is closed. Parts that lie in one folder of the original lie
 * in one folder here, so that they take as many bytes as in the result.
 */
final class CandidateFiles implements AutoCloseable {
  private final ModelFormat format;
  private final BundleFiles original;
  private final ModelFormat.WriteOptions options;
  private final WorkFolder work = new WorkFolder();

  CandidateFiles(ModelFormat format, BundleFiles original, int threads) {
    this.format = format;
    this.original = original;
    this.options =
        new ModelFormat.WriteOptions(ModelFormat.WriteOptions.ExternalData.WHEN_NEEDED, threads);
  }

  /** A folder of this name, gone with the files. */
  Path folder(String name) {
    return work.folder(name);
  }

  /**
   * Writes what is not on disk yet. A part that did not change keeps the file it has, unless it
   * shares weights in a folder where parts that share have changed.
   *
   * @param name under which nothing was stored yet
   * @param changed parts whose models differ from the parent's
   */
  BundleFiles store(SearchNode parent, Bundle bundle, String name, Set<String> changed) {
    Set<String> rewritten = new HashSet<>(changed);
    for (List<String> folder : folders()) {
      Set<String> sharing = sharing(parent.bundle(), folder);
      sharing.addAll(sharing(bundle, folder));
      if (!Collections.disjoint(sharing, changed)) {
        rewritten.addAll(sharing);
      }
    }
    Map<String, Path> written = new LinkedHashMap<>();
    Map<Path, Model> models = new LinkedHashMap<>();
    for (String part : bundle.parts().keySet()) {
      if (rewritten.contains(part)) {
        Path folder = work.folder(name + "-" + folders().indexOf(original.neighbors(part)));
        Path file = folder.resolve(part + ".onnx");
        written.put(part, file);
        models.put(file, bundle.part(part));
      }
    }
    if (models.isEmpty()) {
      return parent.files();
    }
    format.write(models, options);
    return parent.files().with(BundleFiles.of(format, written)).renumbered(bundle.renumberings());
  }

  private List<List<String>> folders() {
    return original.files().keySet().stream().map(original::neighbors).distinct().toList();
  }

  /** Those parts of a folder that hold a weight of another one there. */
  private static Set<String> sharing(Bundle bundle, List<String> folder) {
    Set<String> sharing = new LinkedHashSet<>();
    bundle
        .holders(folder)
        .forEach(
            (tensor, parts) -> {
              if (parts.size() > 1 && tensor.byteSize() >= ModelFormat.SHARED_FROM_BYTES) {
                sharing.addAll(parts);
              }
            });
    return sharing;
  }

  @Override
  public void close() {
    work.close();
  }
}
