package io.demitasse.media.data;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.data.FieldNames.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sounds with what is said in them, a sound a line, in one of two forms.
 *
 * <pre>
 *   letters/a: The letter a.                      as Asterisk lists its prompts; ; begins a comment
 *   &lt;s&gt; ten of clubs &lt;/s&gt; (001)                  as CMU Sphinx has them, *.transcription
 * </pre>
 *
 * <p>A sound is named by its path without its ending, from the folder of the list on; the words are
 * the field {@code text}.
 *
 * @param sounds by the name that lines give them
 */
record Transcripts(Order order, Map<String, Path> sounds, SampleKinds kinds)
    implements LineSamples.Parser {
  /** How such files look, as part of a sentence. */
  static final String FORM =
      "a list of transcripts (.txt with NAME: WORDS, .transcription with WORDS (NAME))";

  /** Where the name stands in a line. */
  private enum Order {
    NAME_FIRST("(?<name>[^:]+):(?<words>.*)", "a name, a colon and words"),
    NAME_LAST("(?<words>.*)\\((?<name>[^()]+)\\)", "words and a name in parentheses");

    private final Pattern pattern;
    private final String told;

    Order(String pattern, String told) {
      this.pattern = Pattern.compile(pattern);
      this.told = told;
    }
  }

  /** Marks of the begin and the end of a sentence. */
  private static final Pattern SENTENCE = Pattern.compile("</?s>");

  /** What is best heard goes before other forms of the same sound. */
  private static final String BEST = ".wav";

  /** Whether a file is such a list; lines of text that a program takes are samples themselves. */
  static boolean areIn(Path file, SampleKinds kinds) {
    String ending = SampleFile.extension(file);
    return kinds.sounds()
        && (ending.equals("transcription") || (ending.equals("txt") && !kinds.texts()));
  }

  /**
   * Opens a list.
   *
   * @throws DemitasseException (bad request) when it cannot be read, or more than one line in ten
   *     cannot be used
   */
  static Dataset open(Path file, SampleKinds kinds) {
    Path folder = file.toAbsolutePath().normalize().resolveSibling("");
    Order order =
        SampleFile.extension(file).equals("transcription") ? Order.NAME_LAST : Order.NAME_FIRST;
    return LineSamples.open(
        file, new Transcripts(order, sounds(folder), kinds), kinds.understood());
  }

  private static Map<String, Path> sounds(Path folder) {
    Map<String, Path> sounds = new HashMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found =
          files
              .filter(file -> SampleFile.kind(file) == SampleFile.Kind.SOUND)
              .filter(Files::isRegularFile)
              .filter(file -> !Files.isSymbolicLink(file))
              .sorted()
              .toList();
      for (Path file : found) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        String name = path.substring(0, path.lastIndexOf('.'));
        if (path.endsWith(BEST) || !sounds.containsKey(name)) {
          sounds.put(name, file);
        }
      }
      return sounds;
    } catch (IOException | UncheckedIOException e) {
      throw LineSamples.cannotRead(folder, e);
    }
  }

  @Override
  public int longest() {
    return TextLines.LONGEST_TEXT;
  }

  @Override
  public boolean passesOver(String line) {
    return order == Order.NAME_FIRST && line.startsWith(";");
  }

  @Override
  public LineSamples.Parsed parse(String id, String line) {
    Matcher matcher = order.pattern.matcher(line);
    if (!matcher.matches()) {
      throw DemitasseException.badRequest("is not " + order.told);
    }
    String name = matcher.group("name").strip();
    String words = SENTENCE.matcher(matcher.group("words")).replaceAll(" ").strip();
    Path sound = sounds.get(name);
    if (sound == null) {
      throw DemitasseException.badRequest(
          "names the sound "
              + name
              + ", and there is no such file in the folder of the list or below");
    }
    if (words.isEmpty()) {
      throw DemitasseException.badRequest("has no words for " + name);
    }
    return new LineSamples.Parsed(
        new Sample.File(name, sound, Fields.NONE.with(Role.TEXT.field(), words)), Optional.empty());
  }

  @Override
  public void check(Sample sample, Consumer<String> notes) {
    if (sample instanceof Sample.File file) {
      new SampleFile(file.id(), file.path()).check(kinds, notes);
    }
  }
}
