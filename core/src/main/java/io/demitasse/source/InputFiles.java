package io.demitasse.source;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files that a job reads, as far as they are known before it begins. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * Real paths of the models, their weights and companions, and of what the caller gives.
   *
   * @param kept what the caller reads for this job
   * @param options of the task, which may name files
   */
  public static Set<Path> of(
      Source source, Set<Path> kept, @Nullable Path data, Collection<String> options) {
    Set<Path> read = new LinkedHashSet<>(source.read());
    Companions.of(source)
        .copied()
        .forEach(file -> read.add(RealPath.followed(source.path().resolve(file))));
    Stream.concat(
            Stream.concat(kept.stream(), Stream.ofNullable(data)).filter(Files::isRegularFile),
            options.stream().flatMap(InputFiles::named))
        .forEach(file -> read.add(RealPath.followed(file)));
    return read;
  }

  /** The file that an option may name. */
  private static Stream<Path> named(String option) {
    try {
      return Stream.of(Path.of(option)).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Stream.empty();
    }
  }
}
