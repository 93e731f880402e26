package io.demitasse.augment;

import io.demitasse.augment.Inputs.Rows;
import io.demitasse.objective.Batch;
import java.util.random.RandomGenerator;

/**
 * Light and colors of each picture changed a little (Krizhevsky, Sutskever, Hinton, ImageNet
 * Classification with Deep Convolutional Neural Networks, NIPS 2012, with simpler changes). It
 * knows nothing of how pictures became numbers: all changes are relative to what a picture holds.
 *
 * @param input name of the pictures, {@code float[N,C,H,W]}
 * @param brightness most that is added or taken off, in standard deviations of the picture
 * @param contrast most by which distances from the picture's mean grow or shrink, as a share
 * @param saturation most by which distances of a pixel's channels from their mean grow or shrink,
 *     as a share
 */
public record ColorJitter(String input, double brightness, double contrast, double saturation)
    implements Augmentation {
  public ColorJitter {
    Bounds.checkSize("brightness", brightness);
    Bounds.check("contrast", contrast);
    Bounds.check("saturation", saturation);
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    return Inputs.floats(example, input, 4, pictures -> jittered(pictures, random));
  }

  private Rows jittered(Rows pictures, RandomGenerator random) {
    int length = pictures.length();
    for (int picture = 0; picture < pictures.examples(); picture++) {
      double lighter = brightness * drawn(random);
      double steeper = 1 + contrast * drawn(random);
      double richer = 1 + saturation * drawn(random);
      saturate(pictures, picture * length, richer);
      light(pictures.numbers(), picture * length, length, lighter, steeper);
    }
    return pictures;
  }

  /** From -1 to 1. */
  private static double drawn(RandomGenerator random) {
    return random.nextDouble() * 2 - 1;
  }

  private static void saturate(Rows pictures, int from, double factor) {
    float[] numbers = pictures.numbers();
    int channels = pictures.size(1);
    int plane = pictures.length() / channels;
    for (int pixel = from; pixel < from + plane; pixel++) {
      double gray = 0;
      for (int channel = 0; channel < channels; channel++) {
        gray += numbers[pixel + channel * plane];
      }
      gray /= channels;
      for (int channel = 0; channel < channels; channel++) {
        int place = pixel + channel * plane;
        numbers[place] = (float) (gray + factor * (numbers[place] - gray));
      }
    }
  }

  private static void light(float[] numbers, int from, int length, double lighter, double steeper) {
    double sum = 0;
    double squares = 0;
    for (int i = from; i < from + length; i++) {
      sum += numbers[i];
      squares += (double) numbers[i] * numbers[i];
    }
    double mean = sum / length;
    double deviation = Math.sqrt(Math.max(0, squares / length - mean * mean));
    for (int i = from; i < from + length; i++) {
      numbers[i] = (float) (mean + steeper * (numbers[i] - mean) + lighter * deviation);
    }
  }
}
