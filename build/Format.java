import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Formats every Java file below the working directory, or only checks them: {@code Format
 * write|check}. It stands here because google-java-format's own command takes files, not folders. A
 * stamp remembers when all files were last found formatted, so that only newer ones are read.
 */
final class Format {
  private final Formatter formatter = new Formatter();
  private final Queue<String> unformatted = new ConcurrentLinkedQueue<>();
  private final Queue<String> unreadable = new ConcurrentLinkedQueue<>();

  void main(String[] arguments) throws IOException {
    boolean write = arguments[0].equals("write");
    String version = Formatter.class.getPackage().getImplementationVersion();
    Path stamp = Path.of("target", "google-java-format-" + version + ".stamp");
    FileTime since =
        Files.exists(stamp) ? Files.getLastModifiedTime(stamp) : FileTime.fromMillis(0);
    FileTime now = FileTime.from(Instant.now());

    sourcesSince(since).parallelStream().forEach(file -> format(file, write));

    unreadable.stream().sorted().forEach(IO::println);
    unformatted.stream()
        .sorted()
        .map(file -> (write ? "formatted " : "not formatted: ") + file)
        .forEach(IO::println);
    if (!unformatted.isEmpty() && !write) {
      IO.println("To format them: mvn -q -N -Pformat validate");
    }
    if (!unreadable.isEmpty() || !unformatted.isEmpty() && !write) {
      System.exit(1);
    }
    Files.createDirectories(stamp.getParent());
    Files.writeString(stamp, "");
    Files.setLastModifiedTime(stamp, now);
  }

  private void format(Path file, boolean write) {
    try {
      String source = Files.readString(file);
      String formatted = formatter.formatSourceAndFixImports(source);
      if (formatted.equals(source)) {
        return;
      }
      if (write) {
        Files.writeString(file, formatted);
      }
      unformatted.add(file.toString());
    } catch (FormatterException e) {
      unreadable.add(file + ":" + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> sourcesSince(FileTime since) throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        Path.of(""),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean skip = name.equals("target") || name.startsWith(".");
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")
                && attributes.lastModifiedTime().compareTo(since) >= 0) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
