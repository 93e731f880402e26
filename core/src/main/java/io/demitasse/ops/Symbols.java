package io.demitasse.ops;

import io.demitasse.ir.Dim;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names of sizes that vary or of which no number is known, and how such sizes are compared. Two
 * sizes of one name are equal in every run.
 */
final class Symbols {
  /** What the names contain that stand in no file. */
  private static final String MARK = "#";

  private static final Dim ONE = Dim.of(1);

  /** What names of a file are called here that contain the mark. */
  private final Map<String, Dim> marked = new HashMap<>();

  /** Names of a file that one size each has been given. */
  private final Set<String> given = new HashSet<>();

  /** Dimensions that are the smaller of another one and some number over 1. */
  private final Map<Dim, Dim> clamped = new HashMap<>();

  private int count;

  /** A size of which nothing is known but that it is itself. */
  Dim fresh() {
    return Dim.named(MARK + ++count);
  }

  /** The size that a file gives a name, the same wherever it does. */
  Dim named(String name) {
    return name.contains(MARK) ? marked.computeIfAbsent(name, _ -> fresh()) : Dim.named(name);
  }

  /** A size that a file gives a name, which may be another wherever it does. */
  Dim distinct(String name) {
    if (name.contains(MARK)) {
      return fresh();
    }
    return Dim.named(given.add(name) ? name : name + MARK + ++count);
  }

  /** The facts with a fresh name for each size of which nothing is known. */
  TensorFacts named(TensorFacts facts) {
    Dim[] dims = facts.dims();
    boolean any = false;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] instanceof Dim.Unknown) {
        dims[i] = fresh();
        any = true;
      }
    }
    return any ? facts.viewedAs(dims) : facts;
  }

  /** The smaller of a size and a limit. */
  Dim clamp(Dim dim, Dim limit) {
    if (dim.equals(limit)) {
      return dim;
    }
    if (dim instanceof Dim.Fixed(long size) && limit instanceof Dim.Fixed(long most)) {
      return Dim.of(Math.min(size, most));
    }
    Dim result = fresh();
    if (limit instanceof Dim.Fixed(long most) && most > 1) {
      clamped.put(result, dim);
    }
    return result;
  }

  /**
   * Whether two sizes of operands of an element-wise operator are equal whenever the operator runs
   * at all.
   */
  boolean areEqual(Dim one, Dim other) {
    return !(one instanceof Dim.Unknown)
        && (one.equals(other) || isClamped(one, other) || isClamped(other, one));
  }

  private boolean isClamped(Dim one, Dim other) {
    return other.equals(clamped.get(one));
  }

  /** The size that elements along axes of these sizes are repeated to. */
  Dim broadcast(Dim one, Dim other) {
    if (one.equals(ONE) || isClamped(one, other)) {
      return other;
    }
    if (one.equals(other) || other.equals(ONE) || isClamped(other, one)) {
      return one;
    }
    if (one instanceof Dim.Fixed && other instanceof Dim.Fixed) {
      throw NotInferable.contradiction("sizes " + one + " and " + other + " do not broadcast");
    }
    // a size that varies is 1 or the one that does not
    return one instanceof Dim.Fixed ? one : other instanceof Dim.Fixed ? other : Dim.UNKNOWN;
  }

  /** The shape that operands of these shapes are broadcast to. */
  Dim[] broadcast(Dim[] one, Dim[] other) {
    int rank = Math.max(one.length, other.length);
    Dim[] result = new Dim[rank];
    for (int i = 0; i < rank; i++) {
      result[i] = broadcast(fromLast(one, rank - i), fromLast(other, rank - i));
    }
    return result;
  }

  private static Dim fromLast(Dim[] sizes, int place) {
    return place > sizes.length ? ONE : sizes[sizes.length - place];
  }
}
