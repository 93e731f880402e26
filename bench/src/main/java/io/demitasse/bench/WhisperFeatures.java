package io.demitasse.bench;

import io.demitasse.ir.Tensor;
import io.demitasse.media.sound.Sound;
import java.util.Arrays;

/**
 * What Whisper hears of 30 seconds of sound, computed directly: the logarithm of the power in 80
 * mel bands (Radford et al.: Robust Speech Recognition via Large-Scale Weak Supervision, ICML
 * 2023).
 */
final class WhisperFeatures {
  static final int RATE = 16_000;
  static final int BANDS = 80;
  static final int FRAMES = 3000;
  private static final int WINDOW = 400;
  private static final int HOP = 160;
  private static final int BINS = WINDOW / 2 + 1;
  private static final double LEAST = 1e-10;
  private static final double KNEE = 1000;
  private static final double LINEAR = 3.0 / 200;
  private static final double LOGARITHMIC = 27 / Math.log(6.4);

  private final double[] window = new double[WINDOW];
  private final double[] cosines = new double[WINDOW];
  private final double[] sines = new double[WINDOW];
  private final double[][] bands = new double[BANDS][BINS];

  WhisperFeatures() {
    for (int i = 0; i < WINDOW; i++) {
      double angle = 2 * Math.PI * i / WINDOW;
      cosines[i] = Math.cos(angle);
      sines[i] = Math.sin(angle);
      window[i] = (1 - cosines[i]) / 2;
    }
    double[] edges = new double[BANDS + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = hertz(mel(RATE / 2.0) * i / (BANDS + 1));
    }
    for (int band = 0; band < BANDS; band++) {
      for (int bin = 0; bin < BINS; bin++) {
        double frequency = bin * (double) RATE / WINDOW;
        double up = (frequency - edges[band]) / (edges[band + 1] - edges[band]);
        double down = (edges[band + 2] - frequency) / (edges[band + 2] - edges[band + 1]);
        double height = 2 / (edges[band + 2] - edges[band]);
        bands[band][bin] = Math.max(0, Math.min(up, down)) * height;
      }
    }
  }

  private static double mel(double hertz) {
    return hertz < KNEE ? hertz * LINEAR : KNEE * LINEAR + Math.log(hertz / KNEE) * LOGARITHMIC;
  }

  private static double hertz(double mel) {
    double knee = KNEE * LINEAR;
    return mel < knee ? mel / LINEAR : KNEE * Math.exp((mel - knee) / LOGARITHMIC);
  }

  /** {@code [1, 80, 3000]}; what is longer than 30 seconds is cut. */
  Tensor of(Sound sound) {
    float[] samples = Arrays.copyOf(sound.at(RATE).samples(), FRAMES * HOP);
    double[] logs = new double[BANDS * FRAMES];
    for (int frame = 0; frame < FRAMES; frame++) {
      double[] power = power(samples, frame * HOP - WINDOW / 2);
      for (int band = 0; band < BANDS; band++) {
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
          sum += bands[band][bin] * power[bin];
        }
        logs[band * FRAMES + frame] = Math.log10(Math.max(sum, LEAST));
      }
    }
    double floor = Arrays.stream(logs).max().orElseThrow() - 8;
    float[] features = new float[logs.length];
    for (int i = 0; i < logs.length; i++) {
      features[i] = (float) ((Math.max(logs[i], floor) + 4) / 4);
    }
    return Tensor.ofFloats(new long[] {1, BANDS, FRAMES}, features);
  }

  private double[] power(float[] samples, int start) {
    double[] windowed = new double[WINDOW];
    boolean silent = true;
    for (int i = 0; i < WINDOW; i++) {
      int at = Math.abs(start + i);
      int mirrored = at < samples.length ? at : 2 * samples.length - 2 - at;
      windowed[i] = window[i] * samples[mirrored];
      silent &= windowed[i] == 0;
    }
    double[] power = new double[BINS];
    for (int bin = 0; bin < BINS && !silent; bin++) {
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < WINDOW; i++) {
        int angle = bin * i % WINDOW;
        real += windowed[i] * cosines[angle];
        imaginary += windowed[i] * sines[angle];
      }
      power[bin] = real * real + imaginary * imaginary;
    }
    return power;
  }
}
