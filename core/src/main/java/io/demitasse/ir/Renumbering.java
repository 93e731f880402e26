package io.demitasse.ir;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * New ids of the tokens that a part takes, where most of its vocabulary went, and the files that
 * say so.
 *
 * <p>While a bundle is worked on, the part takes the ids that the original takes, so that it can be
 * run, timed and calibrated on what flowed into the original. What is published takes the new ones:
 *
 * <pre>
 *   ids [B,S] ── Gather(new ids [V]) ── Gather(rows that stay [K,H]) ──
 *
 *   is published as
 *   ids [B,S] ── Gather(rows that stay [K,H]) ──
 * </pre>
 */
public final class Renumbering {
  private final String newIds;
  private final long before;
  private final long[] kept;
  private final Map<Path, byte[]> files;

  /**
   * @param newIds the name of the initializer with a new id for each of before, int32 {@code [V]}
   * @param before ids that there were, {@code V}
   * @param kept ids of before in the order of the new ones, rising
   * @param files what is written in the place of files of the original
   */
  public Renumbering(String newIds, long before, long[] kept, Map<Path, byte[]> files) {
    this.newIds = newIds;
    this.before = before;
    this.kept = kept.clone();
    this.files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /** The id that a token had before. */
  public long before(long id) {
    return kept[Math.toIntExact(id)];
  }

  /** The files that are written again, such as a tokenizer, by the one whose place they take. */
  public List<Path> files() {
    return List.copyOf(files.keySet());
  }

  /** What is written in the place of a file of the original. */
  public byte[] content(Path file) {
    byte[] content = files.get(file);
    if (content == null) {
      throw new IllegalArgumentException(file + " is none of " + files.keySet());
    }
    return content.clone();
  }

  /** Bytes that the part takes more than what is published. */
  public long unpublishedBytes() {
    return DataType.INT32.bytes(before);
  }

  /** A copy of the part that takes the new ids. */
  Model published(Model part) {
    Model model = part.copy();
    Graph graph = model.graph();
    Value table = graph.find(newIds);
    if (table == null) {
      throw new IllegalStateException("a pass took '" + newIds + "' away, which gives new ids");
    }
    for (Value.Use use : List.copyOf(table.uses())) {
      Node lookup = use.node();
      graph.replaceUses(lookup.output(), lookup.requiredInput(1));
      lookup.graph().remove(lookup);
    }
    graph.remove(table);
    return model;
  }
}
