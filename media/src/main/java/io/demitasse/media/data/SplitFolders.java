package io.demitasse.media.data;

import io.demitasse.data.Split;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Folders that say what the samples in them are for, such as {@code train} and {@code test}: the
 * uppermost ones, where all of these have such names. Among others, {@code train} is a class.
 */
final class SplitFolders {
  private SplitFolders() {}

  /**
   * Samples of a folder, with what their folders say.
   *
   * @param ids of the samples, their paths beneath the folder
   */
  static Dataset of(Dataset samples, List<String> ids) {
    TreeSet<String> folders = new TreeSet<>();
    ids.forEach(id -> folder(id).ifPresent(folders::add));
    boolean named =
        !folders.isEmpty() && folders.stream().allMatch(folder -> Split.named(folder).isPresent());
    return named
        ? samples
            .declaring(i -> folder(ids.get(i)).flatMap(Split::named))
            .noting("folders say what samples are for: " + String.join(", ", folders))
        : samples;
  }

  private static Optional<String> folder(String id) {
    int slash = id.indexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(id.substring(0, slash));
  }
}
