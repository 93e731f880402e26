package io.demitasse.media.sound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds where somebody speaks: where the energy stands out from the noise around it, whose level is
 * the least that smoothed energy has nearby (Martin, "Noise Power Spectral Density Estimation Based
 * on Optimal Smoothing and Minimum Statistics", IEEE Transactions on Speech and Audio Processing
 * 2001). What begins is heard a little before, and what ends a little longer (hangover: Benyassine
 * et al., "ITU-T Recommendation G.729 Annex B", IEEE Communications Magazine 1997).
 *
 * <pre>
 *   energy of 25 ms every 10 ms, in decibels below the loudest there is, at least -70
 *     ├── over five frames: its mean ── least within 1.5 s to either side: the floor
 *     └── above floor + margin for 40 ms or more ── 0.1 s before, hangover behind: a span
 * </pre>
 *
 * <p>It knows nothing of voices: what is louder than what is around it for a while counts, and a
 * sound as loud all along has no span at all.
 *
 * @param margin that speech is louder than the noise, in decibels, above 0
 * @param hangover that a span goes on after it, in seconds, at least 0
 */
public record VoiceActivity(double margin, double hangover) {
  /** For recordings in which noise is clearly weaker than speech. */
  public static final VoiceActivity USUAL = new VoiceActivity(8, .3);

  private static final double QUIETEST = -70;
  private static final double AHEAD = .1;

  /** Frames in a second. */
  private static final int FRAMES = 100;

  /** Frames to either side in which the floor is looked for, and those that are smoothed. */
  private static final int AROUND = 150;

  private static final int SMOOTHED = 2;

  /** A click is in three frames at most. */
  private static final int LEAST = 4;

  public VoiceActivity {
    if (!(margin > 0 && hangover >= 0 && margin + hangover < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "no voice is found by a margin of " + margin + " dB and a hangover of " + hangover);
    }
  }

  /**
   * A part of a sound.
   *
   * @param from the first sample
   * @param to the one behind the last
   */
  public record Span(int from, int to) {}

  /** Where somebody speaks, in order and apart from each other. */
  public List<Span> spans(Sound sound) {
    double[] energy = energy(sound);
    double[] floor = floor(energy);
    double perFrame = (double) sound.rate() / FRAMES;
    int behind = (int) Math.round(hangover * sound.rate());
    List<Span> spans = new ArrayList<>();
    int loud = 0;
    for (int frame = 0; frame <= energy.length; frame++) {
      if (frame < energy.length && energy[frame] > floor[frame] + margin) {
        loud++;
      } else {
        if (loud >= LEAST) {
          int from = (int) ((frame - loud) * perFrame - AHEAD * sound.rate());
          int to = (int) Math.min(sound.samples().length, (long) (frame * perFrame) + behind);
          add(spans, new Span(Math.max(0, from), to));
        }
        loud = 0;
      }
    }
    return spans;
  }

  private static void add(List<Span> spans, Span next) {
    if (!spans.isEmpty() && spans.getLast().to() >= next.from()) {
      Span last = spans.removeLast();
      spans.add(new Span(last.from(), Math.max(last.to(), next.to())));
    } else {
      spans.add(next);
    }
  }

  /** The sound without what is before the first span and behind the last; all of it without any. */
  public Sound trimmed(Sound sound) {
    List<Span> spans = spans(sound);
    return spans.isEmpty()
        ? sound
        : new Sound(
            sound.rate(),
            Arrays.copyOfRange(sound.samples(), spans.getFirst().from(), spans.getLast().to()));
  }

  private static double[] energy(Sound sound) {
    float[] samples = sound.samples();
    int length = Math.max(1, sound.rate() / 40);
    double perFrame = (double) sound.rate() / FRAMES;
    double[] energy = new double[(int) Math.ceil(samples.length / perFrame)];
    for (int frame = 0; frame < energy.length; frame++) {
      int from = (int) (frame * perFrame);
      int to = Math.min(samples.length, from + length);
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += samples[i] * samples[i];
      }
      energy[frame] = Math.max(QUIETEST, 10 * Math.log10(sum / Math.max(1, to - from)));
    }
    return energy;
  }

  /** The least mean of five frames around each, so far as there are any. */
  private static double[] floor(double[] energy) {
    double[] smooth = new double[energy.length];
    for (int i = 0; i < energy.length; i++) {
      smooth[i] =
          Arrays.stream(
                  energy, Math.max(0, i - SMOOTHED), Math.min(energy.length, i + SMOOTHED + 1))
              .average()
              .orElseThrow();
    }
    double[] floor = new double[energy.length];
    for (int i = 0; i < energy.length; i++) {
      floor[i] =
          Arrays.stream(smooth, Math.max(0, i - AROUND), Math.min(smooth.length, i + AROUND + 1))
              .min()
              .orElseThrow();
    }
    return floor;
  }
}
