package io.demitasse.media.sound;

/** Features by their definitions: sums over all samples, frequencies and bands, and no tables. */
final class DirectFeatures {
  private DirectFeatures() {}

  /** Whisper's, {@code [bands, frames]}, of a sound at 16 kHz that is filled up to a length. */
  static float[] logMel(float[] samples, int length, int bands) {
    double[] padded = new double[length + 400];
    for (int i = -200; i < length + 200; i++) {
      int at = i < 0 ? -i : i >= length ? 2 * length - 2 - i : i;
      padded[i + 200] = at < samples.length ? samples[at] : 0;
    }
    int frames = length / 160;
    double[] logs = new double[bands * frames];
    double top = -100;
    for (int t = 0; t < frames; t++) {
      double[] window = new double[400];
      for (int i = 0; i < 400; i++) {
        window[i] = padded[160 * t + i] * Math.pow(Math.sin(Math.PI * i / 400), 2);
      }
      double[] power = spectrum(window, 400);
      for (int b = 0; b < bands; b++) {
        double energy = 0;
        for (int k = 0; k <= 200; k++) {
          energy += power[k] * slaney(40.0 * k, b, bands);
        }
        logs[b * frames + t] = Math.log(Math.max(energy, 1e-10)) / Math.log(10);
        top = Math.max(top, logs[b * frames + t]);
      }
    }
    float[] result = new float[logs.length];
    for (int i = 0; i < logs.length; i++) {
      result[i] = (float) (Math.max(logs[i], top - 8) / 4 + 1);
    }
    return result;
  }

  private static double slaney(double hertz, int band, int bands) {
    double left = slaneyHertz(band, bands);
    double middle = slaneyHertz(band + 1, bands);
    double right = slaneyHertz(band + 2, bands);
    double height = 2 / (right - left);
    if (hertz <= left || hertz >= right) {
      return 0;
    }
    return hertz < middle
        ? height * (hertz - left) / (middle - left)
        : height * (right - hertz) / (right - middle);
  }

  /** 8000 Hz are 15 + 27 ln 8 / ln 6.4 mels. */
  private static double slaneyHertz(int edge, int bands) {
    double mel = edge * (15 + 27 * Math.log(8) / Math.log(6.4)) / (bands + 1);
    return mel <= 15 ? mel * 200 / 3 : 1000 * Math.pow(6.4, (mel - 15) / 27);
  }

  private static double[] spectrum(double[] window, int size) {
    double[] power = new double[size / 2 + 1];
    for (int k = 0; k < power.length; k++) {
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < window.length; i++) {
        double angle = 2 * Math.PI * ((long) k * i % size) / size;
        real += window[i] * Math.cos(angle);
        imaginary -= window[i] * Math.sin(angle);
      }
      power[k] = Math.pow(Math.hypot(real, imaginary), 2);
    }
    return power;
  }

  /** Kaldi's, {@code [frames, bands]}. */
  static float[] filterbank(float[] samples, int rate, int bands) {
    int length = (int) (.025 * rate);
    int shift = (int) (.01 * rate);
    int frames = (samples.length - length) / shift + 1;
    int size = 1;
    while (size < length) {
      size *= 2;
    }
    float[] result = new float[frames * bands];
    for (int t = 0; t < frames; t++) {
      double[] power = spectrum(povey(centered(samples, t * shift, length)), size);
      for (int b = 0; b < bands; b++) {
        double energy = 0;
        for (int k = 0; k < size / 2; k++) {
          energy += power[k] * kaldi((double) k * rate / size, b, bands, rate);
        }
        result[t * bands + b] = (float) Math.log(Math.max(energy, 1.1920929e-07));
      }
    }
    return result;
  }

  private static double[] centered(float[] samples, int start, int length) {
    double[] window = new double[length];
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += samples[start + i] * 32768.0;
    }
    for (int i = 0; i < length; i++) {
      window[i] = samples[start + i] * 32768.0 - sum / length;
    }
    return window;
  }

  private static double[] povey(double[] window) {
    int length = window.length;
    double[] faded = new double[length];
    for (int i = 0; i < length; i++) {
      double raised = window[i] - .97 * (i == 0 ? window[0] : window[i - 1]);
      faded[i] = raised * Math.pow(.5 - .5 * Math.cos(2 * Math.PI * i / (length - 1)), .85);
    }
    return faded;
  }

  private static double mel(double hertz) {
    return 1127 * Math.log(1 + hertz / 700);
  }

  private static double kaldi(double hertz, int band, int bands, int rate) {
    double step = (mel(rate / 2.0) - mel(20)) / (bands + 1);
    double distance = Math.abs(mel(hertz) - mel(20) - (band + 1) * step);
    return Math.max(0, 1 - distance / step);
  }

  static float logEnergy(float[] samples, int start, int length) {
    double energy = 0;
    for (double sample : centered(samples, start, length)) {
      energy += sample * sample;
    }
    return (float) Math.log(energy);
  }

  /** Kaldi's, {@code [frames, count]}. */
  static float[] cepstrum(float[] samples, int rate, int bands, int count) {
    float[] filtered = filterbank(samples, rate, bands);
    float[] result = new float[filtered.length / bands * count];
    for (int i = 0; i < result.length; i++) {
      int k = i % count;
      double sum = 0;
      for (int n = 0; n < bands; n++) {
        sum += filtered[i / count * bands + n] * Math.cos(Math.PI / bands * k * (n + .5));
      }
      double norm = k == 0 ? Math.sqrt(1.0 / bands) : Math.sqrt(2.0 / bands);
      result[i] = (float) (sum * norm * (1 + 11 * Math.sin(Math.PI * k / 22)));
    }
    return result;
  }
}
