package io.demitasse.media.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@code tokenizer.json} again for some of its tokens, wherever it names one by its id.
 *
 * @param kept ids that stay; the first becomes 0
 */
record TokenizerJson(BitSet kept) {

  /** The id that a token has anew. */
  int newId(long id) {
    return kept.get(0, Math.toIntExact(id)).cardinality();
  }

  private boolean stays(JsonNode id) {
    return id.isIntegralNumber() && id.asLong() >= 0 && kept.get(id.asInt());
  }

  /** Changes a tree in place. */
  void rewrite(ObjectNode root) {
    ObjectNode model = (ObjectNode) root.path("model");
    ObjectNode vocabulary = (ObjectNode) model.path("vocab");
    renumber(vocabulary);
    if (model.path("merges") instanceof ArrayNode merges) {
      Merges.of(model).retain(merges, vocabulary::has);
    }
    root.path("added_tokens").forEach(token -> renumber(token, "id"));
    renumber(root.path("padding"), "pad_id");
    processor(root.path("post_processor"));
  }

  /** Ids by token. */
  void renumber(ObjectNode vocabulary) {
    int[] ids = newIds();
    Iterator<Map.Entry<String, JsonNode>> entries = vocabulary.properties().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, JsonNode> entry = entries.next();
      if (stays(entry.getValue())) {
        entry.setValue(IntNode.valueOf(ids[entry.getValue().asInt()]));
      } else {
        entries.remove();
      }
    }
  }

  /** All at once, for there are many. */
  private int[] newIds() {
    int[] ids = new int[kept.length()];
    int next = 0;
    for (int id = kept.nextSetBit(0); id >= 0; id = kept.nextSetBit(id + 1)) {
      ids[id] = next++;
    }
    return ids;
  }

  /** A field that holds an id, or several. */
  void renumber(JsonNode node, String field) {
    if (!(node instanceof ObjectNode object)) {
      return;
    }
    if (stays(object.path(field))) {
      object.put(field, newId(object.path(field).asLong()));
    } else if (object.path(field) instanceof ArrayNode ids) {
      for (int i = 0; i < ids.size(); i++) {
        if (stays(ids.get(i))) {
          ids.set(i, newId(ids.get(i).asLong()));
        }
      }
    }
  }

  /** What puts special tokens around texts names them with their ids. */
  private void processor(JsonNode processor) {
    processor.path("processors").forEach(this::processor);
    processor.path("special_tokens").forEach(token -> renumber(token, "ids"));
    List.of("sep", "cls").forEach(token -> renumber(processor, token));
  }
}
