package io.demitasse.app;

import io.demitasse.Demitasse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How long a run may take. */
final class TimeOption {
  @Option(
      names = "--time",
      paramLabel = "TIME",
      converter = Reader.class,
      description =
          "What the whole run may take, such as 90s, 10m or 2h. What cannot be tried by then is"
              + " left out, and told of. Default: as long as it takes.")
  private @Nullable Duration time;

  void apply(Demitasse job) {
    if (time != null) {
      job.time(time);
    }
  }

  /** Reads a whole number with a unit. */
  static final class Reader implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6}) ?(s|m|min|h)");

    @Override
    public Duration convert(String text) {
      Matcher time = TIME.matcher(text.strip());
      if (!time.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is not a time: expected a number with s, m or h, such as 10m");
      }
      long count = Long.parseLong(time.group(1));
      return switch (time.group(2)) {
        case "s" -> Duration.ofSeconds(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofMinutes(count);
      };
    }
  }
}
