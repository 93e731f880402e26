package io.demitasse.report;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a comparison needs of a report's JSON, as it was written or as {@code compress --json}
 * printed it. Whoever wrote the file is not trusted: what is not read is passed over as it comes,
 * and what is read has limits.
 */
public final class ReportReader {
  /** A page of pictures is a few megabytes; no report is this large. */
  private static final long MOST_BYTES = 256L << 20;

  /** Names, numbers and brackets that are read; what is passed over does not count. */
  private static final int MOST_TOKENS = 100_000;

  /** Objects and lists in each other; a report has less than a dozen. */
  private static final int DEEPEST = 64;

  private static final Pattern VERSION = Pattern.compile("\\d{1,6}(\\.\\d{1,6}){0,3}");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxDocumentLength(MOST_BYTES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Everything that is known must be there, in its own type. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder(JSON)
          .addMixIn(Record.class, OthersArePassedOver.class)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectMapper LENIENT =
      JsonMapper.builder(JSON).addMixIn(Record.class, OthersArePassedOver.class).build();

  /** Where this is only a feature of the mapper, what is not known is kept until the end. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private interface OthersArePassedOver {}

  private final String version;

  /**
   * @param version of this build, which may be older than what wrote a report
   */
  public ReportReader(String version) {
    this.version = version;
  }

  /** What tells whether a file is a report, and whose. */
  private record Outline(@Nullable Outline report, @Nullable Author setting) {}

  private record Author(@Nullable String version) {}

  /** What {@code compress --json} prints. */
  private record Printed(ReportSummary report) {}

  /**
   * Reads a file.
   *
   * @throws DemitasseException (bad request) when it is no report, or none that can be understood
   */
  public ReportSummary read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw Files.exists(file)
          ? noReport(file, "it is not a regular file")
          : DemitasseException.badRequest("There is no report file " + file + ".");
    }
    if (file.toFile().length() > MOST_BYTES) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s is not a report: it has %,d bytes, and no report has more than %,d.",
              file,
              file.toFile().length(),
              MOST_BYTES));
    }
    Outline outline = outline(file);
    boolean printed = outline.report() != null;
    Author author = (printed ? Objects.requireNonNull(outline.report()) : outline).setting();
    if (author == null) {
      throw noReport(file, "it does not say what it was measured with");
    }
    try {
      return printed
          ? parsed(file, STRICT, Printed.class).report()
          : parsed(file, STRICT, ReportSummary.class);
    } catch (IOException e) {
      throw notUnderstood(file, String.valueOf(author.version()), e);
    }
  }

  /** What tells how a result was trained. */
  private record Learned(@Nullable Learned report, @Nullable JsonNode training) {}

  private record Curves(List<TrainingCurve> training) {
    @SuppressWarnings("UnusedMethod") // It refuses lists that hold nothing at a place.
    Curves {
      training = List.copyOf(training);
    }
  }

  /**
   * Reads how weights of a result were trained: nothing where they were not, as in all reports from
   * before there was training.
   *
   * @throws DemitasseException (bad request) as {@link #read} does
   */
  public List<TrainingCurve> training(Path file) {
    ReportSummary summary = read(file);
    try {
      Learned learned = parsed(file, LENIENT, Learned.class);
      JsonNode curves = Objects.requireNonNullElse(learned.report(), learned).training();
      return curves == null
          ? List.of()
          : STRICT
              .treeToValue(STRICT.createObjectNode().set("training", curves), Curves.class)
              .training();
    } catch (IOException e) {
      throw notUnderstood(file, summary.setting().version(), e);
    }
  }

  private static Outline outline(Path file) {
    try {
      return parsed(file, LENIENT, Outline.class);
    } catch (JsonProcessingException e) {
      throw noReport(
          file,
          switch (first(e)) {
            case StreamConstraintsException _ -> "it holds more than a report has";
            case JsonMappingException _ -> "it is empty, or JSON of another kind";
            case JsonProcessingException wrong -> "it is not whole JSON" + line(wrong);
          });
    } catch (IOException e) {
      throw DemitasseException.badRequest(file + " cannot be read: " + Reason.of(e));
    }
  }

  /** What mapping a text to objects failed of. */
  private static JsonProcessingException first(JsonProcessingException failure) {
    return failure.getCause() instanceof JsonProcessingException cause ? first(cause) : failure;
  }

  private static <T> T parsed(Path file, ObjectMapper mapper, Class<T> type) throws IOException {
    try (JsonParser parser = new Counted(JSON.createParser(file.toFile()))) {
      T value = mapper.readValue(parser, type);
      if (value == null) {
        throw new JsonMappingException(parser, "null");
      }
      return value;
    }
  }

  /** Stops where there is more to keep than a report has. */
  private static final class Counted extends JsonParserDelegate {
    private int tokens;

    Counted(JsonParser parser) {
      super(parser);
    }

    @Override
    public JsonToken nextToken() throws IOException {
      if (++tokens > MOST_TOKENS) {
        throw new StreamConstraintsException("more than " + MOST_TOKENS + " names and numbers");
      }
      return super.nextToken();
    }
  }

  private static DemitasseException noReport(Path file, String why) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s is not the report of a result: %s. Name a model or folder that 'compress' wrote, or"
                + " the report.json beside it.",
            file,
            why));
  }

  private DemitasseException notUnderstood(Path file, String author, IOException failure) {
    String what = failure instanceof JsonProcessingException wrong ? what(wrong) : "it has changed";
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s cannot be understood: %s. %s.",
            file,
            what,
            isNewer(author)
                ? "Demitasse "
                    + author
                    + " wrote it, and this is "
                    + version
                    + ": use the newer one"
                : author.equals(version)
                    ? "It was probably edited or damaged: compress again"
                    : "Demitasse "
                        + author
                        + " wrote it, and this is "
                        + version
                        + ": compress again"));
  }

  private static String what(JsonProcessingException failure) {
    if (first(failure) instanceof StreamConstraintsException) {
      return "it holds more than a report has";
    }
    String place = failure instanceof JsonMappingException wrong ? place(wrong) : "";
    return place.isEmpty()
        ? "it is not whole"
        : "'" + place + "' is missing, or is not what a report has there";
  }

  /** Where a value stands, such as {@code parts[0].before.fileBytes}. */
  private static String place(JsonMappingException failure) {
    return failure.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(joining())
        .replaceFirst("^\\.", "");
  }

  private static String line(JsonProcessingException failure) {
    return failure.getLocation() == null ? "" : ", line " + failure.getLocation().getLineNr();
  }

  /** Whether a version is newer than this one; what is no version is not. */
  public boolean isNewer(String other) {
    return VERSION.matcher(other).matches()
        && VERSION.matcher(version).matches()
        && Arrays.compare(numbers(other), numbers(version)) > 0;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
