package io.demitasse.media.image;

import org.jspecify.annotations.Nullable;

/** Which size a picture is given before it is cropped or padded. */
public sealed interface Resize {

  /** The new size of a picture of some size. */
  Size of(Size picture);

  /** The size that it has. */
  record Keep() implements Resize {
    @Override
    public Size of(Size picture) {
      return picture;
    }
  }

  /** One size for all, whatever that does to proportions. */
  record Exact(Size size) implements Resize {
    @Override
    public Size of(Size picture) {
      return size;
    }
  }

  /**
   * The shorter side gets a length and the longer one follows, rounded down as Hugging Face does.
   *
   * @param longest what the longer side may not exceed, in which case the shorter one follows it;
   *     null for no limit
   */
  record Shortest(int side, @Nullable Integer longest) implements Resize {
    public Shortest {
      requireSide(side);
      requireSide(longest == null ? 1 : longest);
    }

    @Override
    public Size of(Size picture) {
      double shorter = Math.min(picture.width(), picture.height());
      double longer = Math.max(picture.width(), picture.height());
      double length = side;
      if (longest != null && longer / shorter * side > longest) {
        length = longest * shorter / longer;
      }
      int exact = (int) Math.rint(length);
      int followed = atLeastOne((int) (length * longer / shorter));
      return picture.width() < picture.height()
          ? new Size(atLeastOne(exact), followed)
          : new Size(followed, atLeastOne(exact));
    }
  }

  /**
   * A longer side beyond a limit is brought to it, and the shorter one follows; then both are
   * rounded to the nearest multiple of a number, halves to even ones, at least one of it.
   */
  record AtMost(int longest, int multiple) implements Resize {
    public AtMost {
      requireSide(longest);
      requireSide(multiple);
    }

    @Override
    public Size of(Size picture) {
      double longer = Math.max(picture.width(), picture.height());
      double ratio = Math.min(longest / longer, 1);
      return new Size(rounded(picture.width() * ratio), rounded(picture.height() * ratio));
    }

    private int rounded(double length) {
      return Math.max((int) Math.rint((int) length / (double) multiple), 1) * multiple;
    }
  }

  /** The largest size of the same proportions that fits: letterboxing, where padding follows. */
  record Within(Size size) implements Resize {
    @Override
    public Size of(Size picture) {
      double ratio =
          Math.min(
              size.width() / (double) picture.width(), size.height() / (double) picture.height());
      return new Size(
          atLeastOne((int) Math.rint(picture.width() * ratio)),
          atLeastOne((int) Math.rint(picture.height() * ratio)));
    }
  }

  private static int atLeastOne(int length) {
    return Math.max(length, 1);
  }

  private static void requireSide(int side) {
    if (side < 1) {
      throw new IllegalArgumentException("a side must have at least one pixel, got " + side);
    }
  }
}
