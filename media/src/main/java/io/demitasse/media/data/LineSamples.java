package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * Samples that are lines of a file. Their places are kept in memory, their content is not.
 *
 * <p>Each line is parsed once when the file is opened, which finds the bad ones, and again whenever
 * its sample is asked for.
 */
final class LineSamples implements IntFunction<Sample>, TextLines.Consumer {
  private final Path file;
  private final BiFunction<String, String, Sample> parser;
  private final Intake.Tally tally;
  private long[] places = new long[256];
  private int[] numbers = new int[128];
  private int count;

  private LineSamples(Path file, BiFunction<String, String, Sample> parser, Intake.Tally tally) {
    this.file = file;
    this.parser = parser;
    this.tally = tally;
  }

  /**
   * Reads a file.
   *
   * @param parser makes a sample of an id and the text of a line
   */
  static Dataset open(Path file, BiFunction<String, String, Sample> parser, String understood) {
    Intake.Tally tally = new Intake.Tally(file.toString());
    LineSamples samples = new LineSamples(file, parser, tally);
    try (InputStream in = Files.newInputStream(file)) {
      TextLines.read(in, samples);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
    return new Dataset(tally.finish(understood), samples.count, samples);
  }

  @Override
  public void line(TextLines.Line line) {
    try {
      Sample unused = parser.apply("line " + line.number(), line.text());
    } catch (DemitasseException e) {
      bad(line.number(), Intake.reason(e));
      return;
    }
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
      places = Arrays.copyOf(places, 4 * count);
    }
    numbers[count] = line.number();
    places[2 * count] = line.offset();
    places[2 * count + 1] = line.length();
    count++;
    tally.take();
  }

  @Override
  public void bad(int number, String why) {
    tally.skip("line " + number, why);
  }

  @Override
  public Sample apply(int index) {
    byte[] bytes = new byte[(int) places[2 * index + 1]];
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(places[2 * index]);
      in.readFully(bytes);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
    return parser.apply("line " + numbers[index], TextLines.text(bytes));
  }

  static DemitasseException cannotRead(Path file, IOException e) {
    return new DemitasseException(
        DemitasseException.Kind.BAD_REQUEST, "Cannot read " + file + ": " + e, e);
  }
}
