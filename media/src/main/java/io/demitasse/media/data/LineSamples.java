package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Samples that are lines of a file. Their places are kept in memory, their content is not.
 *
 * <p>Each line is parsed once when the file is opened, which finds the bad ones, and again whenever
 * its sample is asked for.
 */
final class LineSamples implements IntFunction<Sample>, TextLines.Consumer {
  private final Path file;
  private final Parser parser;
  private final LoadedSamples.Tally tally;
  private long[] places = new long[256];
  private int[] numbers = new int[128];
  private final Map<Integer, Split> splits = new HashMap<>();
  private int count;

  /** Makes samples of lines of at most a given number of bytes. */
  interface Parser {
    int longest();

    /** How lines are told apart. */
    default TextLines.Form form() {
      return TextLines.Form.PLAIN;
    }

    /** The number of the line that names what the others hold; 0 where none does. */
    default int header() {
      return 0;
    }

    /** Whether a line is none that says anything, such as a comment. */
    default boolean passesOver(String line) {
      return false;
    }

    Parsed parse(String id, String line);

    /** Reads what a sample is made of and its line only names; tells what is not seen of it. */
    default void check(Sample sample, Consumer<String> notes) {}
  }

  /**
   * What a line holds.
   *
   * @param split what it says that the sample is for
   */
  record Parsed(Sample sample, Optional<Split> split) {}

  private LineSamples(Path file, Parser parser, LoadedSamples.Tally tally) {
    this.file = file;
    this.parser = parser;
    this.tally = tally;
  }

  /**
   * Reads a file.
   *
   * @throws DemitasseException (bad request) as {@link LoadedSamples.Tally#finish} says
   */
  static Dataset open(Path file, Parser parser, String understood) {
    LoadedSamples.Tally tally = new LoadedSamples.Tally(file.toString());
    LineSamples samples = new LineSamples(file, parser, tally);
    try (InputStream in = Files.newInputStream(file)) {
      TextLines.read(in, parser.form(), parser.longest(), samples);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
    Dataset all = new Dataset(tally.finish(understood), samples.count, samples);
    return samples.splits.isEmpty()
        ? all
        : all.declaring(i -> Optional.ofNullable(samples.splits.get(i)));
  }

  @Override
  public void line(TextLines.Line line) {
    if (line.number() == parser.header() || parser.passesOver(line.text())) {
      return;
    }
    Optional<Split> split;
    try {
      Parsed parsed = parser.parse("line " + line.number(), line.text());
      parser.check(parsed.sample(), tally::note);
      split = parsed.split();
    } catch (DemitasseException e) {
      bad(line.number(), Reason.of(e));
      return;
    }
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
      places = Arrays.copyOf(places, 4 * count);
    }
    numbers[count] = line.number();
    places[2 * count] = line.offset();
    places[2 * count + 1] = line.length();
    split.ifPresent(declared -> splits.put(count, declared));
    count++;
    tally.take();
  }

  @Override
  public void bad(int number, String why) {
    tally.skip("line " + number, why);
  }

  @Override
  public Sample apply(int index) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      InputStream in = Channels.newInputStream(channel.position(places[2 * index]));
      byte[] bytes = in.readNBytes((int) places[2 * index + 1]);
      String line = TextLines.text(bytes, parser.form());
      return parser.parse("line " + numbers[index], line).sample();
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  static DemitasseException cannotRead(Path file, Exception e) {
    return new DemitasseException(
        DemitasseException.Kind.BAD_REQUEST, "Cannot read " + file + ": " + Reason.of(e), e);
  }
}
