package io.demitasse.evaluate;

import io.demitasse.port.ExternalWeight;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A data file and who reads what of it.
 *
 * @param readers by part, in the order of their names, the pieces that it reads
 */
record SharedFile(Map<String, Set<Piece>> readers) {

  /** Some bytes of the file. */
  record Piece(long offset, long bytes) {}

  static SharedFile of(Path file, Map<String, List<ExternalWeight>> weights) {
    Map<String, Set<Piece>> readers = new TreeMap<>();
    weights.forEach(
        (part, outside) ->
            outside.stream()
                .filter(weight -> weight.file().equals(file))
                .forEach(
                    weight ->
                        readers
                            .computeIfAbsent(part, _ -> new LinkedHashSet<>())
                            .add(new Piece(weight.offset(), weight.bytes()))));
    return new SharedFile(readers);
  }

  /**
   * Divides the file among the parts. A piece counts in equal shares for those that read it, and
   * what nobody reads, such as the gaps between pieces, in proportion.
   *
   * @return by part; together as much as the file has
   */
  Map<String, Long> portions(long fileBytes) {
    Map<String, Double> claims = new LinkedHashMap<>();
    readers.forEach((part, pieces) -> claims.put(part, claim(pieces)));
    double all = claims.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Long> portions = new LinkedHashMap<>();
    double claimed = 0;
    long given = 0;
    for (Map.Entry<String, Double> claim : claims.entrySet()) {
      claimed += claim.getValue();
      boolean last = portions.size() == claims.size() - 1;
      long upTo = last ? fileBytes : Math.round(fileBytes * (claimed / all));
      portions.put(claim.getKey(), upTo - given);
      given = upTo;
    }
    return portions;
  }

  /** Bytes of the pieces that any of some parts reads and not it alone, each piece once. */
  long commonBytes(Set<String> parts) {
    return readers.entrySet().stream()
        .filter(each -> parts.contains(each.getKey()))
        .flatMap(each -> each.getValue().stream())
        .distinct()
        .filter(piece -> readersOf(piece) > 1)
        .mapToLong(Piece::bytes)
        .sum();
  }

  private double claim(Set<Piece> pieces) {
    return pieces.stream().mapToDouble(piece -> (double) piece.bytes() / readersOf(piece)).sum();
  }

  private long readersOf(Piece piece) {
    return readers.values().stream().filter(pieces -> pieces.contains(piece)).count();
  }
}
