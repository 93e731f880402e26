package io.demitasse.media.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every line is an object with a {@code text}, a {@code file}, or the model's inputs as numbers in
 * nested lists. A {@code split} that is no input says what the line is for; all other keys with a
 * text, a number or a regular list of these are fields of the sample.
 */
record JsonLines(NamedValues values) implements LineSamples.Parser {
  private static final int LONGEST = 1 << 24;
  private static final int MOST_DIMENSIONS = 16;
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  @Override
  public int longest() {
    return LONGEST;
  }

  @Override
  public LineSamples.Parsed parse(String id, String line) {
    Fields given = Fields.NONE;
    for (Map.Entry<String, JsonNode> entry : object(line).properties()) {
      String name = entry.getKey();
      if (values.kinds().tensors().find(name).isPresent()) {
        given = given.with(name, tensor(name, entry.getValue()));
      } else {
        Optional<Tensor> field = field(name, entry.getValue());
        given = field.isPresent() ? given.with(name, field.get()) : given;
      }
    }
    return values.parsed(id, given);
  }

  @Override
  public void check(Sample sample, Consumer<String> notes) {
    values.check(sample, notes);
  }

  /** What is no text, number or regular list is of no use to any task. */
  private static Optional<Tensor> field(String name, JsonNode value) {
    try {
      return Optional.of(tensor(name, value));
    } catch (DemitasseException e) {
      return Optional.empty();
    }
  }

  private static JsonNode object(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw DemitasseException.badRequest("is not JSON: " + Reason.of(e));
    }
    throw DemitasseException.badRequest("is not a JSON object {...}");
  }

  /** Whole numbers become int64, numbers with a fraction double, strings strings. */
  private static Tensor tensor(String name, JsonNode value) {
    long[] sizes = sizes(value);
    List<JsonNode> leaves = new ArrayList<>();
    if (sizes.length > MOST_DIMENSIONS || !collect(value, sizes, 0, leaves)) {
      throw DemitasseException.badRequest(
          "has no tensor in '" + name + "': nested lists must be of equal lengths");
    }
    if (leaves.stream().allMatch(leaf -> leaf.isIntegralNumber() && leaf.canConvertToLong())) {
      return Tensor.ofLongs(sizes, leaves.stream().mapToLong(JsonNode::longValue).toArray());
    }
    if (leaves.stream().allMatch(JsonNode::isBoolean)) {
      double[] bits = leaves.stream().mapToDouble(leaf -> leaf.booleanValue() ? 1 : 0).toArray();
      return Tensor.ofNumbers(DataType.BOOL, sizes, bits);
    }
    if (leaves.stream().allMatch(JsonNode::isNumber)) {
      double[] numbers = leaves.stream().mapToDouble(JsonNode::doubleValue).toArray();
      return Tensor.ofNumbers(DataType.DOUBLE, sizes, numbers);
    }
    if (leaves.stream().allMatch(JsonNode::isTextual)) {
      return Tensor.ofStrings(
          sizes,
          leaves.stream().map(leaf -> leaf.textValue().getBytes(StandardCharsets.UTF_8)).toList());
    }
    throw DemitasseException.badRequest(
        "has no tensor in '"
            + name
            + "': elements must be all numbers, all booleans or all strings");
  }

  private static long[] sizes(JsonNode value) {
    List<Long> sizes = new ArrayList<>();
    JsonNode inner = value;
    while (inner != null && inner.isArray()) {
      sizes.add((long) inner.size());
      inner = inner.get(0);
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  /** Gathers the elements in order; false where a list has another length than its siblings. */
  private static boolean collect(JsonNode node, long[] sizes, int axis, List<JsonNode> leaves) {
    if (axis == sizes.length) {
      leaves.add(node);
      return !node.isContainerNode();
    }
    if (!node.isArray() || node.size() != sizes[axis]) {
      return false;
    }
    for (JsonNode inner : node) {
      if (!collect(inner, sizes, axis + 1, leaves)) {
        return false;
      }
    }
    return true;
  }
}
