package io.demitasse.calibrate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How each statistic in the making begins as bytes: its kind, the version of its form, and whether
 * it has any number to tell. What is read may have been written by anybody.
 */
final class ByteForm {
  private ByteForm() {}

  /** What a statistic has seen; once that was not finite it never is again. */
  enum Seen {
    NOTHING(0),
    FINITE(1),
    NOT_FINITE(2);

    private final int code;

    Seen(int code) {
      this.code = code;
    }

    static Seen of(boolean nothing, boolean finite) {
      return nothing ? NOTHING : finite ? FINITE : NOT_FINITE;
    }
  }

  static void begin(DataOutput out, String kind, int version, Seen seen) throws IOException {
    out.writeUTF(kind);
    out.writeByte(version);
    out.writeByte(seen.code);
  }

  /**
   * Reads the beginning.
   *
   * @throws IOException when it is of another kind or version
   */
  static Seen begun(DataInput in, String kind, int version) throws IOException {
    String found = in.readUTF();
    require(found.equals(kind), "it is of '" + found + "', expected '" + kind + "'");
    int written = in.readUnsignedByte();
    require(written == version, "it has version " + written + ", expected " + version);
    int code = in.readUnsignedByte();
    for (Seen seen : Seen.values()) {
      if (seen.code == code) {
        return seen;
      }
    }
    throw refused("it has seen " + code + ", expected 0 to 2");
  }

  static void require(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw refused(otherwise);
    }
  }

  private static IOException refused(String why) {
    return new IOException("This is no statistic that was written here: " + why + ".");
  }
}
