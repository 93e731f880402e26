package io.demitasse.media.sound;

import java.util.Arrays;

/**
 * The power spectrum of real numbers: {@code |X(k)|²} for {@code k} from 0 to half of their count.
 * A transform of half the length takes two of them as one complex number, with factors of 4, 2, 3,
 * 5 and any others in turn (Stockham's order, which needs no permutation: Swarztrauber, "FFT
 * algorithms for vector computers", Parallel Computing 1984).
 *
 * <p>It keeps what it computes with, so it is for one thread.
 */
final class RealFourier {
  private static final int[] USUAL = {4, 2, 3, 5};

  private final int half;
  private final int[] factors;

  /** {@code cos(2πk / N)} and {@code -sin(2πk / N)}, of which half as many are of the transform. */
  private final double[] cosines;

  private final double[] sines;
  private double[] real;
  private double[] imaginary;
  private double[] nextReal;
  private double[] nextImaginary;

  /**
   * @param size how many numbers there are; even
   */
  RealFourier(int size) {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException("a spectrum is of an even count of numbers, got " + size);
    }
    half = size / 2;
    factors = factors(half);
    cosines = new double[size];
    sines = new double[size];
    for (int i = 0; i < size; i++) {
      cosines[i] = Math.cos(2 * Math.PI * i / size);
      sines[i] = -Math.sin(2 * Math.PI * i / size);
    }
    real = new double[half];
    imaginary = new double[half];
    nextReal = new double[half];
    nextImaginary = new double[half];
  }

  private static int[] factors(int size) {
    int[] found = new int[Integer.SIZE];
    int count = 0;
    int left = size;
    for (int factor : USUAL) {
      for (; left % factor == 0; left /= factor) {
        found[count++] = factor;
      }
    }
    for (int factor = 7; left > 1; factor += 2) {
      for (; left % factor == 0; left /= factor) {
        found[count++] = factor;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** How many powers there are. */
  int bins() {
    return half + 1;
  }

  /**
   * @param numbers as many as the size; not changed
   * @param power gets the powers, {@link #bins()} of them
   */
  void power(double[] numbers, double[] power) {
    for (int i = 0; i < half; i++) {
      real[i] = numbers[2 * i];
      imaginary[i] = numbers[2 * i + 1];
    }
    int stride = 1;
    for (int factor : factors) {
      switch (factor) {
        case 2 -> two(stride);
        case 4 -> four(stride);
        default -> any(factor, stride);
      }
      stride *= factor;
      swap();
    }
    for (int k = 0; k <= half; k++) {
      power[k] = power(k);
    }
  }

  /** Takes the spectra of even and odd numbers apart, and puts them together. */
  private double power(int k) {
    int one = k % half;
    int other = (half - k) % half;
    double evenReal = real[one] + real[other];
    double evenImaginary = imaginary[one] - imaginary[other];
    double oddReal = imaginary[one] + imaginary[other];
    double oddImaginary = real[other] - real[one];
    double x = evenReal + cosines[k] * oddReal - sines[k] * oddImaginary;
    double y = evenImaginary + cosines[k] * oddImaginary + sines[k] * oddReal;
    return (x * x + y * y) / 4;
  }

  private void swap() {
    double[] reals = real;
    real = nextReal;
    nextReal = reals;
    double[] imaginaries = imaginary;
    imaginary = nextImaginary;
    nextImaginary = imaginaries;
  }

  private void two(int stride) {
    int apart = half / 2;
    for (int k = 0; k < apart / stride; k++) {
      double cosine = cosines[2 * k * stride];
      double sine = sines[2 * k * stride];
      for (int i = 0; i < stride; i++) {
        int from = k * stride + i;
        int to = 2 * k * stride + i;
        double x = real[from] - real[from + apart];
        double y = imaginary[from] - imaginary[from + apart];
        nextReal[to] = real[from] + real[from + apart];
        nextImaginary[to] = imaginary[from] + imaginary[from + apart];
        nextReal[to + stride] = x * cosine - y * sine;
        nextImaginary[to + stride] = x * sine + y * cosine;
      }
    }
  }

  private void four(int stride) {
    int apart = half / 4;
    for (int k = 0; k < apart / stride; k++) {
      int angle = 2 * k * stride;
      for (int i = 0; i < stride; i++) {
        int from = k * stride + i;
        int to = 4 * k * stride + i;
        double x = real[from] + real[from + 2 * apart];
        double y = imaginary[from] + imaginary[from + 2 * apart];
        double z = real[from + apart] + real[from + 3 * apart];
        double w = imaginary[from + apart] + imaginary[from + 3 * apart];
        nextReal[to] = x + z;
        nextImaginary[to] = y + w;
        turned(to + 2 * stride, x - z, y - w, 2 * angle);
        x = real[from] - real[from + 2 * apart];
        y = imaginary[from] - imaginary[from + 2 * apart];
        z = real[from + apart] - real[from + 3 * apart];
        w = imaginary[from + apart] - imaginary[from + 3 * apart];
        turned(to + stride, x + w, y - z, angle);
        turned(to + 3 * stride, x - w, y + z, 3 * angle);
      }
    }
  }

  private void any(int factor, int stride) {
    int apart = half / factor;
    for (int k = 0; k < apart / stride; k++) {
      for (int i = 0; i < stride; i++) {
        int from = k * stride + i;
        int to = factor * k * stride + i;
        for (int r = 0; r < factor; r++) {
          double x = real[from];
          double y = imaginary[from];
          int angle = 0;
          for (int at = from + apart; at < half; at += apart) {
            angle += 2 * apart * r;
            angle -= angle < cosines.length ? 0 : cosines.length;
            x += real[at] * cosines[angle] - imaginary[at] * sines[angle];
            y += real[at] * sines[angle] + imaginary[at] * cosines[angle];
          }
          turned(to + r * stride, x, y, 2 * r * k * stride);
        }
      }
    }
  }

  /**
   * @param angle below the size, in as many parts of a turn
   */
  private void turned(int to, double x, double y, int angle) {
    nextReal[to] = x * cosines[angle] - y * sines[angle];
    nextImaginary[to] = x * sines[angle] + y * cosines[angle];
  }
}
