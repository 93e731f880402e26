package io.demitasse.ir;

/** One dimension of a shape: a number, a name shared across the model, or unknown. */
public sealed interface Dim {

  /** A dimension of known size. */
  record Fixed(long size) implements Dim {
    public Fixed {
      if (size < 0) {
        throw new IllegalArgumentException("a fixed dimension must not be negative, got " + size);
      }
    }

    @Override
    public String toString() {
      return Long.toString(size);
    }
  }

  /** A dimension that varies from run to run, equal to every other of the same name. */
  record Named(String name) implements Dim {
    public Named {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a named dimension needs a name; use Dim.UNKNOWN");
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A dimension of which nothing is known. */
  record Unknown() implements Dim {
    @Override
    public String toString() {
      return "?";
    }
  }

  Dim UNKNOWN = new Unknown();

  static Dim of(long size) {
    return new Fixed(size);
  }

  static Dim named(String name) {
    return new Named(name);
  }
}
