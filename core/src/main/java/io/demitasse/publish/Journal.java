package io.demitasse.publish;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a publication is about to do, written before it begins, so that the next run can complete or
 * undo what an end of the process has interrupted.
 *
 * <pre>
 *   demitasse-journal 1 report.json
 *   move    (new content) (old content or "absent") (name in the stage) (name in the home)
 *   remove  (content) (name in the home)
 * </pre>
 *
 * @param inventory the file that tells of the others in a folder that is published as a whole
 */
record Journal(String inventory, List<Entry> moves, List<Removal> removals) {
  private static final String HEADER = "demitasse-journal 1 ";
  private static final String NAME = "journal";
  private static final long LARGEST = 64L << 20;

  /** A move with what identifies both contents. */
  record Entry(String made, String replaced, String staged, String destination) {
    Move move(Path stage, Path home) throws IOException {
      Path from = stage.resolve(staged);
      Path to = home.resolve(destination);
      return new Move(from, to, replaced.equals(Fingerprint.ABSENT) ? Stat.ABSENT : Stat.of(to));
    }
  }

  /** A file that goes when all moves are done. */
  record Removal(String content, String name) {}

  static Journal of(Path stage, Path home, List<Move> moves, List<Path> removed, String inventory)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Move move : moves) {
      entries.add(
          new Entry(
              Fingerprint.of(move.staged(), inventory),
              Fingerprint.of(move.destination(), inventory),
              stage.relativize(move.staged()).toString(),
              home.relativize(move.destination()).toString()));
    }
    List<Removal> removals = new ArrayList<>();
    for (Path file : removed) {
      removals.add(new Removal(Fingerprint.of(file, inventory), home.relativize(file).toString()));
    }
    return new Journal(inventory, entries, removals);
  }

  /** Where a stage has its journal. */
  static Path file(Path stage) {
    return stage.resolve(NAME);
  }

  /** It appears whole or not at all. */
  void write(Path stage, Disk disk) throws IOException {
    StringBuilder text = new StringBuilder(HEADER + encoded(inventory) + "\n");
    for (Entry move : moves) {
      text.append(
          String.format(
              Locale.ROOT,
              "move %s %s %s %s\n",
              move.made(),
              move.replaced(),
              encoded(move.staged()),
              encoded(move.destination())));
    }
    removals.forEach(
        removal ->
            text.append(
                String.format(
                    Locale.ROOT, "remove %s %s\n", removal.content(), encoded(removal.name()))));
    Path draft = stage.resolve(NAME + ".draft");
    disk.write(draft, text.toString().getBytes(StandardCharsets.US_ASCII));
    disk.move(draft, file(stage));
    disk.force(stage);
  }

  /** The journal of a stage; empty when there is none that could be ours. */
  static Optional<Journal> read(Path stage) throws IOException {
    Path file = file(stage);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    if (lines.isEmpty() || !lines.getFirst().startsWith(HEADER)) {
      return Optional.empty();
    }
    List<Entry> moves = new ArrayList<>();
    List<Removal> removals = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      if (words.length == 5 && words[0].equals("move")) {
        moves.add(new Entry(words[1], words[2], inner(words[3]), inner(words[4])));
      } else if (words.length == 3 && words[0].equals("remove")) {
        removals.add(new Removal(words[1], inner(words[2])));
      } else {
        return Optional.empty();
      }
    }
    String inventory = inner(lines.getFirst().substring(HEADER.length()));
    return Optional.of(new Journal(inventory, moves, removals));
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private static String inner(String word) throws IOException {
    String name = URLDecoder.decode(word, StandardCharsets.UTF_8);
    Path path = Path.of(name).normalize();
    if (path.isAbsolute() || path.startsWith("..") || path.toString().isEmpty()) {
      throw new IOException("a journal names " + name + ", which lies elsewhere");
    }
    return name;
  }
}
