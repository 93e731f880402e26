package io.demitasse.source;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.error.RegularFile;
import io.demitasse.manifest.InnerFile;
import io.demitasse.manifest.Manifest;
import io.demitasse.stored.StoredTensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a bundle needs beside its models: the files that its manifest names, and those that folders
 * of models are known to hold. Everything else stays where it is, for a folder may also hold what
 * must not be handed on.
 *
 * @param copied relative to the folder, in order
 * @param leftOut what is not copied, for people to read; a folder ends with {@code /}
 */
public record Companions(List<Path> copied, List<String> leftOut) {
  public static final Companions NONE = new Companions(List.of(), List.of());

  /** How deep configuration may lie below the folder. */
  private static final int DEPTH = 3;

  /** A larger file that no manifest names is not what a program reads. */
  private static final long MAXIMUM_BYTES = 64L << 20;

  private static final int SHOWN = 6;

  private static final Pattern KNOWN =
      Pattern.compile(
          """
          (.+-)?tokenizer\\.(json|model)|(vocab|added_tokens|special_tokens_map)\\.json\
          |vocab\\.txt|merges\\.txt|bpe\\.codes|spiece\\.model|sentencepiece[\\w.-]*\\.(model|bpe)\
          |((tokenizer|generation|preprocessor|processor|image_processor|video_preprocessor\
          |feature_extractor|scheduler|sentence_\\w+|open_clip)_)?config\\.json\
          |(normalizer|modules|model_index|id2label|label2id|config_sentence_transformers)\\.json\
          |chat_template[\\w.-]*\\.(json|jinja)|[\\w-]+\\.jinja\
          |([\\w-]+_)?(labels?|classes|dict|charset|alphabet)([_-][\\w-]+)?\\.(txt|json|names)\
          |(licen[sc]e|notice|readme|copying|authors|citation|model_card)([_-]\\w+)?\
          (\\.(txt|md|rst|cff))?\
          """);

  /** What a file of credentials is called; none is copied, whoever names it. */
  private static final Pattern SECRET =
      Pattern.compile(
          """
          id_(rsa|dsa|ecdsa|ed25519)\\b[\\w.-]*|[^/]*\\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|gpg)\
          |[^/]*(secret|credential|passw|private)[^/]*|([^/]*[_-])?tokens?(\\.txt)?\
          """);

  /** What we write ourselves. */
  private static final Set<String> WRITTEN =
      Set.of(Manifest.FILE, "recipe.yaml", "report.json", "report.html");

  /** The companions of a source; a single model has none. */
  public static Companions of(Source source) {
    return source.isFolder() ? of(source.path(), source.manifest(), source.modelFiles()) : NONE;
  }

  /**
   * The companions of the models in a folder.
   *
   * @param models the files of the models and of their weights, real paths
   */
  public static Companions of(Path folder, Manifest manifest, Set<Path> models) {
    Set<Path> named = named(folder, manifest);
    Set<Path> copied = new TreeSet<>();
    Set<String> leftOut = new TreeSet<>();
    for (Path file : Stream.concat(found(folder).stream(), named.stream()).toList()) {
      Path relative = folder.relativize(file);
      boolean written =
          WRITTEN.contains(relative.toString()) || StoredTensors.isName(relative.toString());
      if (written || models.contains(real(file))) {
        continue;
      }
      boolean wanted = named.contains(file) || (isKnown(file) && isSmall(file));
      if (wanted && isHarmless(relative) && (isFile(folder, relative) || isBroken(file))) {
        copied.add(relative);
      } else {
        leftOut.add(relative + (Files.isDirectory(file) ? "/" : ""));
      }
    }
    return new Companions(List.copyOf(copied), List.copyOf(leftOut));
  }

  /** The files down to a depth, and hidden folders without what is in them. */
  private static List<Path> found(Path folder) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.noneOf(FileVisitOption.class),
          DEPTH,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
              if (inner.equals(folder) || !isHidden(inner)) {
                return FileVisitResult.CONTINUE;
              }
              found.add(inner);
              return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              found.add(file);
              return FileVisitResult.CONTINUE;
            }
          });
      return found;
    } catch (IOException e) {
      throw DemitasseException.badRequest(folder + " cannot be read: " + Reason.of(e));
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static boolean isKnown(Path file) {
    return KNOWN.matcher(file.getFileName().toString().toLowerCase(Locale.ROOT)).matches();
  }

  private static boolean isSmall(Path file) {
    return file.toFile().length() <= MAXIMUM_BYTES;
  }

  private static boolean isHarmless(Path relative) {
    for (Path name : relative) {
      if (isHidden(name) || SECRET.matcher(name.toString().toLowerCase(Locale.ROOT)).matches()) {
        return false;
      }
    }
    return true;
  }

  /** A file inside the folder, also when it is reached by a link. */
  private static boolean isFile(Path folder, Path relative) {
    return InnerFile.of(folder, relative.toString()).filter(Files::isRegularFile).isPresent();
  }

  /** What {@link #requireReadable} refuses: a link that leads nowhere, a pipe. */
  private static boolean isBroken(Path file) {
    return !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file;
    }
  }

  /** The files that settings of the manifest name. */
  private static Set<Path> named(Path folder, Manifest manifest) {
    Stream<Object> values =
        Stream.concat(
            manifest.settings().values().stream(),
            manifest.parts().values().stream()
                .flatMap(part -> part.preprocessing().values().stream()));
    return values
        .flatMap(Companions::texts)
        .flatMap(text -> InnerFile.of(folder, text).stream())
        .filter(Files::isRegularFile)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> texts(Object value) {
    return switch (value) {
      case String text when !text.isBlank() -> Stream.of(text);
      case List<?> list -> list.stream().flatMap(Companions::texts);
      case Map<?, ?> map -> map.values().stream().flatMap(Companions::texts);
      default -> Stream.empty();
    };
  }

  /**
   * Finds out before the work whether all can be read.
   *
   * @throws DemitasseException (bad request) naming the file that cannot
   */
  public void requireReadable(Path folder) {
    for (Path companion : copied) {
      boolean unused = RegularFile.isAt(folder.resolve(companion));
      try (InputStream in = Files.newInputStream(folder.resolve(companion))) {
        in.read();
      } catch (IOException e) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "%s belongs into the result and cannot be read: %s. Make it readable, or take it"
                    + " out of the folder.",
                folder.resolve(companion),
                Reason.of(e)));
      }
    }
  }

  /** One sentence about what is not copied; empty when there is nothing to say. */
  public Optional<String> account() {
    if (leftOut.isEmpty()) {
      return Optional.empty();
    }
    String more = leftOut.size() > SHOWN ? " and " + (leftOut.size() - SHOWN) + " more" : "";
    return Optional.of(
        "not copied into the result, for no program is known to read it: "
            + leftOut.stream().limit(SHOWN).collect(Collectors.joining(", "))
            + more);
  }
}
