package io.demitasse.media.image;

/** Pictures whose samples a multiplicative hash of their place gives, on any machine. */
final class Noise {
  private Noise() {}

  static Picture picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) ((i * 2_654_435_761L + 12_345) >> 16);
    }
    return new Picture(width, height, rgb);
  }

  /** A picture of a size such as {@code 23x19}. */
  static Picture picture(String size) {
    String[] sides = size.split("x", -1);
    return picture(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
  }
}
