package io.demitasse.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.demitasse.error.DemitasseException;
import io.demitasse.yaml.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema of {@code bundle.yaml} and its reader are of one mind. */
final class BundleSchemaTest {
  private static final String TEXT =
      """
      demitasse-bundle: 1
      program: two-tower
      settings: {normalize: true}
      parts:
        vision: {file: vision.onnx, modality: image, preprocessing: {resize: 224}}
        text: {file: text.onnx, modality: text}
      tied:
        tensors: [["vision:scale", "text:scale"]]
        dimensions: [["vision:image[1]", "text:embedding[1]"]]
      """;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Manifests.schema());

  private @TempDir Path folder;

  @BeforeEach
  void makeModels() throws IOException {
    for (String file : List.of("vision.onnx", "text.onnx")) {
      Files.writeString(folder.resolve(file), "");
    }
  }

  @Test
  void keysAndNamesAreThoseOfTheReader() throws IOException {
    JsonNode root = MAPPER.readTree(Manifests.schema());
    JsonNode part = root.at("/$defs/part");
    List<String> modalities =
        Stream.of(Manifest.Modality.values()).map(Manifest.Modality::key).toList();

    assertThat(keys(root)).isEqualTo(ManifestReader.KEYS);
    assertThat(keys(part)).isEqualTo(ManifestReader.PART_KEYS);
    assertThat(keys(root.at("/properties/tied"))).isEqualTo(ManifestReader.TIED_KEYS);
    assertThat(root.at("/properties/demitasse-bundle/const").intValue())
        .isEqualTo(Manifests.VERSION);
    assertThat(MAPPER.convertValue(part.at("/properties/modality/enum"), String[].class))
        .containsExactlyElementsOf(modalities);
  }

  @Test
  void theSchemaIsValidByTheSchemaOfSchemas() {
    Schema schemas =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}");

    assertThat(schemas.validate(Manifests.schema(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void whatIsWrittenIsValid() {
    Manifest manifest = new ManifestReader(folder).read(TEXT, "text");

    assertThat(mistakes(tree(TEXT))).isEmpty();
    assertThat(mistakes(tree(Manifests.text(manifest)))).isEmpty();
    assertThat(mistakes(tree(Manifests.text(Manifest.single("model.onnx"))))).isEmpty();
  }

  /** The tree with one thing missing, one too many, one renamed or one of another type. */
  @Test
  void everySingleMistakeIsJudgedAlike() {
    List<Object> trees = variants(tree(TEXT));
    List<String> disagreements = new ArrayList<>();
    int refused = 0;
    for (Object tree : trees) {
      List<String> problems = new ArrayList<>(problems(tree));
      problems.removeIf(problem -> problem.contains("there is no file"));
      List<String> mistakes = mistakes(tree);
      refused += problems.isEmpty() ? 0 : 1;
      if (problems.isEmpty() != mistakes.isEmpty()) {
        disagreements.add(tree + "\n reader: " + problems + "\n schema: " + mistakes);
      }
    }

    assertThat(disagreements).isEmpty();
    assertThat(refused).isBetween(200, trees.size() - 50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demitasse-bundle: 1         | demitasse-bundle: 2           | /demitasse-bundle const",
        "program: two-tower          | programme: two-tower          | / required",
        "settings: {normalize: true} | colour: red                   | / additionalProperties",
        "settings: {normalize: true} | settings: [normalize]         | /settings type",
        "vision: {                   | 'the eye: {'                  | /parts propertyNames",
        "file: text.onnx             | path: text.onnx               | /parts/text required",
        "file: text.onnx             | file: 7                       | /parts/text/file type",
        "modality: image             | modality: smell               | /parts/vision/modality enum",
        "modality: text              | 'modality: text, size: 3'     | /parts/text"
            + " additionalProperties",
        "preprocessing: {resize: 224}| preprocessing: 224            | /parts/vision/preprocessing"
            + " type",
        "tensors: [[                 | 'weights: [['                 | /tied additionalProperties",
        "'[[\"vision:scale\", '      | '[['                          | /tied/tensors/0 minItems",
        "text:scale                  | scale                         | /tied/tensors/0/1 pattern",
        "text:embedding[1]           | text:embedding                | /tied/dimensions/0/1"
            + " pattern",
      })
  void aMistakeIsShownWhereItStands(String right, String wrong, String shown) {
    assertThat(TEXT).contains(right);
    Object tree = tree(TEXT.replace(right, wrong));

    assertThat(mistakes(tree)).contains(shown);
    assertThat(problems(tree)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"vision.onnx", "missing.onnx", "../text.onnx"})
  void whatOnlyTheFolderTellsIsLeftToTheReader(String file) {
    Object tree = tree(TEXT.replace("text.onnx", file));

    assertThat(mistakes(tree)).isEmpty();
    assertThat(problems(tree)).hasSize(1);
  }

  private static Object tree(String text) {
    return new Fields().tree(text, "text");
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.get("properties").fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static List<String> mistakes(Object tree) {
    return SCHEMA.validate(MAPPER.<JsonNode>valueToTree(tree)).stream()
        .map((Error error) -> place(error) + " " + error.getKeyword())
        .toList();
  }

  private static String place(Error error) {
    String place = error.getInstanceLocation().toString();
    return place.isEmpty() ? "/" : place;
  }

  private List<String> problems(Object tree) {
    try {
      new ManifestReader(folder).readTree(tree, "text");
      return List.of();
    } catch (DemitasseException e) {
      return e.getMessage().lines().skip(1).toList();
    }
  }

  private static List<Object> variants(Object tree) {
    List<Object> variants = new ArrayList<>();
    variants.add(null);
    variants.addAll(List.of(true, 7, "x", " ", "part:x", "part:x[1]"));
    variants.addAll(List.of(List.of(), List.of("x"), Map.of(), Map.of("x", 1)));
    if (tree instanceof Map<?, ?> map) {
      variants.add(with(map, "unknown", 1));
      for (String key : MAPPER.convertValue(map.keySet(), String[].class)) {
        variants.add(without(map, key));
        variants.add(with(without(map, key), "a b", map.get(key)));
        variants.add(with(without(map, key), "x".repeat(65), map.get(key)));
        variants(map.get(key)).forEach(variant -> variants.add(with(map, key, variant)));
      }
    } else if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        int at = i;
        variants.add(without(list, at));
        variants(list.get(at)).forEach(variant -> variants.add(with(list, at, variant)));
      }
    }
    return variants;
  }

  private static Map<Object, Object> without(Map<?, ?> map, String key) {
    Map<Object, Object> copy = new LinkedHashMap<>(map);
    copy.remove(key);
    return copy;
  }

  private static List<Object> without(List<?> list, int at) {
    List<Object> copy = new ArrayList<>(list);
    copy.remove(at);
    return copy;
  }

  private static List<Object> with(List<?> list, int at, Object value) {
    List<Object> copy = new ArrayList<>(list);
    copy.set(at, value);
    return copy;
  }

  private static Map<Object, Object> with(Map<?, ?> map, String key, Object value) {
    Map<Object, Object> copy = new LinkedHashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
