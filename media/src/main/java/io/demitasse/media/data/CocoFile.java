package io.demitasse.media.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.InnerFile;
import io.demitasse.media.data.FieldNames.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pictures with captions and boxes in the JSON of COCO (Lin et al., "Microsoft COCO: Common Objects
 * in Context", ECCV 2014), which is read image by image and annotation by annotation.
 *
 * <p>Fields of a sample: {@code text}, its captions; {@code boxes}, double {@code [N,4]}, left,
 * top, width and height in pixels; {@code label}, the name of the category of each box; {@code
 * categories}, int64 {@code [N]}, its number. Pictures lie in the folder of the file, or in a
 * folder {@code images} in it.
 */
public final class CocoFile {
  /** The field of boxes. */
  public static final String BOXES = "boxes";

  /** The field of the numbers of their categories. */
  public static final String CATEGORIES = "categories";

  private static final int MOST_ENTRIES = 10_000_000;

  private final Path file;
  private final SampleKinds kinds;
  private final Map<Long, Entry> images = new LinkedHashMap<>();
  private final Map<Long, String> categories = new HashMap<>();
  private final List<Box> boxes = new ArrayList<>();
  private final Map<Long, List<String>> captions = new HashMap<>();
  private final LoadedSamples.Tally tally;
  private int entries;

  /** A picture as it is named. */
  private record Entry(String id, Path picture) {}

  /** A box of a picture. */
  private record Box(long image, long category, List<Double> sides) {}

  private CocoFile(Path file, SampleKinds kinds) {
    this.file = file;
    this.kinds = kinds;
    this.tally = new LoadedSamples.Tally(file.toString());
  }

  static boolean isOne(Path file) {
    return SampleFile.extension(file).equals("json");
  }

  /**
   * Opens a file.
   *
   * @throws DemitasseException (bad request) when it is no such JSON, or more than one picture in
   *     ten cannot be used
   */
  static Dataset open(Path file, SampleKinds kinds) {
    if (!kinds.pictures()) {
      throw DemitasseException.badRequest(
          file
              + " would list pictures, but the model takes none. Understood: "
              + kinds.understood()
              + ".");
    }
    CocoFile coco = new CocoFile(file.toAbsolutePath().normalize(), kinds);
    coco.parse();
    return coco.dataset();
  }

  private void parse() {
    try (JsonParser parser = new JsonMapper().createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw wrong("it is no object {\"images\": [...], \"annotations\": [...]}");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        boolean list = parser.nextToken() == JsonToken.START_ARRAY;
        if (list && List.of("images", "annotations", "categories").contains(name)) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            take(name, parser.readValueAsTree());
          }
        } else {
          parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw wrong("it is not JSON: " + Reason.of(e));
    } catch (IOException e) {
      throw LineSamples.cannotRead(file, e);
    }
  }

  private DemitasseException wrong(String why) {
    return DemitasseException.badRequest(
        "Cannot use "
            + file
            + " as pictures with captions or boxes in the JSON of COCO: "
            + why
            + ".");
  }

  private void take(String list, JsonNode entry) {
    if (++entries > MOST_ENTRIES) {
      throw wrong(String.format(Locale.ROOT, "it has more than %,d entries", MOST_ENTRIES));
    }
    switch (list) {
      case "images" -> image(entry);
      case "categories" -> categories.put(entry.path("id").asLong(-1), entry.path("name").asText());
      default -> annotation(entry);
    }
  }

  private void image(JsonNode entry) {
    String name = entry.path("file_name").asText();
    try {
      if (!entry.path("id").isIntegralNumber() || name.isBlank()) {
        throw DemitasseException.badRequest("has no \"id\" or no \"file_name\"");
      }
      Path picture = picture(name);
      new SampleFile(name, picture).check(kinds, tally::note);
      if (images.putIfAbsent(entry.path("id").asLong(), new Entry(name, picture)) != null) {
        throw DemitasseException.badRequest("has an \"id\" that another has");
      }
      tally.take();
    } catch (DemitasseException e) {
      tally.skip("image '" + name + "'", Reason.of(e));
    }
  }

  private Path picture(String name) {
    Path folder = file.resolveSibling("");
    for (Path place : List.of(folder, folder.resolve("images"))) {
      Path picture = InnerFile.of(place, name).orElse(null);
      if (picture != null
          && Files.isRegularFile(picture)
          && SampleFile.kind(picture) == SampleFile.Kind.PICTURE) {
        return picture;
      }
    }
    throw DemitasseException.badRequest(
        "is no picture in the folder of the list, nor in the folder images there");
  }

  /** What belongs to no picture, or is neither a caption nor a box, is passed over. */
  private void annotation(JsonNode entry) {
    long image = entry.path("image_id").asLong(-1);
    String caption = entry.path("caption").asText().strip();
    if (!caption.isEmpty()) {
      captions.computeIfAbsent(image, _ -> new ArrayList<>()).add(caption);
    }
    JsonNode box = entry.path("bbox");
    List<Double> sides = new ArrayList<>();
    box.forEach(side -> sides.add(side.asDouble(Double.NaN)));
    if (sides.size() == 4 && sides.stream().allMatch(Double::isFinite)) {
      boxes.add(new Box(image, entry.path("category_id").asLong(-1), sides));
    }
  }

  private Dataset dataset() {
    Map<Long, List<Box>> byImage = new HashMap<>();
    boxes.forEach(box -> byImage.computeIfAbsent(box.image(), _ -> new ArrayList<>()).add(box));
    List<Sample> samples = new ArrayList<>();
    images.forEach(
        (id, image) ->
            samples.add(
                new Sample.File(
                    image.id(),
                    image.picture(),
                    fields(captions.get(id), byImage.getOrDefault(id, List.of())))));
    return Dataset.of(tally.finish(kinds.understood()), samples)
        .noting(
            String.format(
                Locale.ROOT,
                "%,d captions and %,d boxes",
                captions.values().stream().mapToInt(List::size).sum(),
                boxes.size()));
  }

  private Fields fields(@Nullable List<String> words, List<Box> found) {
    Fields fields = words == null ? Fields.NONE : Fields.NONE.with(Role.TEXT.field(), words);
    if (found.isEmpty()) {
      return fields;
    }
    double[] sides =
        found.stream().flatMap(box -> box.sides().stream()).mapToDouble(side -> side).toArray();
    return fields
        .with(BOXES, Tensor.ofNumbers(DataType.DOUBLE, new long[] {found.size(), 4}, sides))
        .with(
            CATEGORIES,
            Tensor.ofLongs(
                new long[] {found.size()}, found.stream().mapToLong(Box::category).toArray()))
        .with(
            Role.LABEL.field(),
            found.stream()
                .map(box -> categories.getOrDefault(box.category(), Long.toString(box.category())))
                .toList());
  }
}
