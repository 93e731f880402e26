package io.demitasse.media.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.error.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Files beside a {@code tokenizer.json} that say of its tokens what it says too, or name them by
 * their ids: other programs read those.
 *
 * @param tokenizer the file that they lie beside
 * @param ids of all tokens
 */
record TokenizerCompanions(
    Path tokenizer, TokenizerJson anew, Map<String, Integer> ids, Merges merges) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** How one of them is written again. */
  private interface Rewriting {
    byte[] of(Path file) throws IOException;
  }

  /** The content of those that there are. */
  Map<Path, byte[]> rewritten() {
    Map<String, Rewriting> known = new LinkedHashMap<>();
    known.put("vocab.txt", this::lines);
    known.put("vocab.json", this::vocabulary);
    known.put("added_tokens.json", this::vocabulary);
    known.put("merges.txt", this::merges);
    known.put("tokenizer_config.json", this::decoder);
    known.put("config.json", this::configuration);
    known.put("generation_config.json", this::configuration);
    Map<Path, byte[]> files = new LinkedHashMap<>();
    known.forEach((name, rewriting) -> rewrite(name, rewriting, files));
    return files;
  }

  private void rewrite(String name, Rewriting rewriting, Map<Path, byte[]> files) {
    Path file = tokenizer.resolveSibling(name);
    try {
      if (RegularFile.isAt(file)) {
        files.put(file, rewriting.of(file));
      }
    } catch (IOException e) {
      throw unfit(file, Reason.of(e));
    }
  }

  private DemitasseException unfit(Path file, String why) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s cannot be written again as %s is: %s. Make it fit, or take it out of the folder.",
            file,
            tokenizer.getFileName(),
            why));
  }

  /**
   * One token a line, whose number is its id; a token may be a separator of other kinds of lines.
   */
  private byte[] lines(Path file) throws IOException {
    String text = Files.readString(file);
    List<String> kept = new ArrayList<>();
    List<String> lines = List.of(text.split("\r?\n", -1));
    for (int id = 0; id < lines.size(); id++) {
      String token = lines.get(id);
      boolean end = id == lines.size() - 1 && token.isEmpty();
      if (!end && !Objects.equals(ids.get(token), id)) {
        throw unfit(
            file,
            String.format(
                Locale.ROOT,
                "line %,d is '%s', which the tokenizer knows by the id %s",
                id + 1,
                token,
                ids.get(token)));
      }
      if (!end && anew.kept().get(id)) {
        kept.add(token);
      }
    }
    return (String.join("\n", kept) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode object(Path file) throws IOException {
    if (MAPPER.readTree(file.toFile()) instanceof ObjectNode object) {
      return object;
    }
    throw unfit(file, "it is no object");
  }

  private byte[] vocabulary(Path file) throws IOException {
    ObjectNode object = object(file);
    anew.renumber(object);
    return MAPPER.writeValueAsBytes(object);
  }

  /** A line that is no merge, such as the version at the top, stays. */
  private byte[] merges(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      Optional<Merges.Merge> merge =
          line.startsWith("#version") ? Optional.empty() : merges.merge(line);
      if (merge.isEmpty() || Merges.stays(merge, this::stays)) {
        text.append(line).append('\n');
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private boolean stays(String token) {
    Integer id = ids.get(token);
    return id != null && anew.kept().get(id);
  }

  /** Added tokens by their ids. */
  private byte[] decoder(Path file) throws IOException {
    ObjectNode object = object(file);
    if (object.path("added_tokens_decoder") instanceof ObjectNode decoder) {
      ObjectNode renumbered = MAPPER.createObjectNode();
      for (Map.Entry<String, JsonNode> token : decoder.properties()) {
        if (token.getKey().matches("[0-9]{1,9}")
            && anew.kept().get(Integer.parseInt(token.getKey()))) {
          int id = anew.newId(Integer.parseInt(token.getKey()));
          renumbered.set(String.valueOf(id), token.getValue());
        }
      }
      object.set("added_tokens_decoder", renumbered);
    }
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(object);
  }

  private byte[] configuration(Path file) throws IOException {
    ObjectNode object = object(file);
    if (object.path("vocab_size").isIntegralNumber()) {
      object.put("vocab_size", anew.kept().cardinality());
    }
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    names.stream()
        .filter(name -> name.endsWith("_token_id"))
        .forEach(name -> anew.renumber(object, name));
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(object);
  }
}
