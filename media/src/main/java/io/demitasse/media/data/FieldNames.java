package io.demitasse.media.data;

import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Under which names lines of JSON and columns of tables hold what: the usual names in any case of
 * letters, or those that somebody says.
 *
 * @param said what somebody says
 */
public record FieldNames(Map<Role, String> said) {
  /** Nobody says anything. */
  public static final FieldNames USUAL = new FieldNames(Map.of());

  /** What a field is for. A sample has it under the role's name, whatever it was called. */
  public enum Role {
    /** What a text model reads, or the words that belong to a file. */
    TEXT(
        "text sentence sentence1 text1 text_a premise question query prompt caption transcript"
            + " content review"),
    /** The second of two texts. */
    SECOND("text2 sentence2 text_b hypothesis"),
    /** A file in the folder of the list or below it, such as a picture. */
    FILE("file image picture path filename file_name image_path audio sound video"),
    /** A class, or an answer. */
    LABEL("label labels class category target y answer"),
    /** A file in the folder of the list or below it that says of what class each pixel is. */
    MASK("mask mask_path segmentation"),
    /** A number that is to be told. */
    SCORE("score similarity rating value"),
    /** What the sample is for, see {@link Split}. */
    SPLIT("split"),
    /** Words of a text that have tags. */
    TOKENS("tokens words"),
    /** A tag for each of these words. */
    TAGS("tags ner_tags pos_tags");

    /** Separated by spaces; what is usual most comes first. */
    private final String usual;

    Role(String usual) {
      this.usual = usual;
    }

    /** The name of a sample's field. */
    public String field() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public FieldNames {
    said = Map.copyOf(said);
  }

  /**
   * Reads what somebody says, such as {@code text=review,label=stars}.
   *
   * @throws DemitasseException (bad request) when it is not of that form, or names no role
   */
  public static FieldNames parse(String text) {
    Map<Role, String> said = new EnumMap<>(Role.class);
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String name = pair.substring(equals + 1).strip();
      if (equals < 1 || name.isEmpty()) {
        throw DemitasseException.badRequest(
            "Fields are said as ROLE=NAME,..., such as text=review,label=stars; got '"
                + pair
                + "'.");
      }
      said.put(role(pair.substring(0, equals).strip()), name);
    }
    return new FieldNames(said);
  }

  private static Role role(String name) {
    List<String> known = Arrays.stream(Role.values()).map(Role::field).toList();
    int place = known.indexOf(name.toLowerCase(Locale.ROOT));
    if (place < 0) {
      throw DemitasseException.badRequest(
          "A sample has no field '"
              + name
              + "'"
              + Nearest.suggestion(name, known, ".")
              + " Known: "
              + String.join(", ", known)
              + ".");
    }
    return Role.values()[place];
  }

  /** Which of some names holds what a role is for; empty where none does. */
  public Optional<String> find(Role role, Set<String> names) {
    String name = said.get(role);
    if (name != null) {
      return Optional.of(name).filter(names::contains);
    }
    return Arrays.stream(role.usual.split(" "))
        .flatMap(usual -> names.stream().filter(usual::equalsIgnoreCase))
        .filter(each -> !said.containsValue(each))
        .findFirst();
  }
}
