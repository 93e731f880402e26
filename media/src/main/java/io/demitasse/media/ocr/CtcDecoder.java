package io.demitasse.media.ocr;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Spells what a recognizer's scores say: the best class of every step, repetitions once, blanks
 * left out.
 *
 * <p>Class 0 is the blank, then come the keys, then the space. After A. Graves, S. Fernández, F.
 * Gomez and J. Schmidhuber, "Connectionist Temporal Classification: Labelling Unsegmented Sequence
 * Data with Recurrent Neural Networks", ICML 2006: the best path.
 */
public final class CtcDecoder {
  private static final int BLANK = 0;

  private final List<String> classes;

  /**
   * @param keys one character, or several, for each class between the blank and the space
   */
  public CtcDecoder(List<String> keys) {
    List<String> all = new ArrayList<>(keys);
    all.addFirst("");
    all.addLast(" ");
    this.classes = List.copyOf(all);
  }

  /** How many classes a recognizer of these keys has. */
  public int classCount() {
    return classes.size();
  }

  /**
   * Spells lines.
   *
   * @param output float {@code [B,T,classes]}, after the softmax
   * @return one for each of the batch
   * @throws DemitasseException (bad request) when it has another shape
   */
  public List<ReadLine> decode(Tensor output) {
    if (output.rank() != 3 || output.size(2) != classCount()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The recognizer must give scores float[B,T,%d]: the blank, %d keys and the space; but"
                  + " it gives %s. Give the key list that belongs to the model.",
              classCount(),
              classCount() - 2,
              output));
    }
    float[] scores = output.toFloats();
    int steps = Math.toIntExact(output.size(1));
    List<ReadLine> lines = new ArrayList<>();
    for (int line = 0; line < output.size(0); line++) {
      lines.add(decode(scores, line * steps, steps));
    }
    return lines;
  }

  private ReadLine decode(float[] scores, int firstStep, int steps) {
    StringBuilder text = new StringBuilder();
    double confidence = 0;
    int characters = 0;
    int previous = BLANK;
    for (int step = firstStep; step < firstStep + steps; step++) {
      int best = best(scores, step * classCount());
      if (best != BLANK && best != previous) {
        text.append(classes.get(best));
        confidence += scores[step * classCount() + best];
        characters++;
      }
      previous = best;
    }
    return new ReadLine(text.toString(), characters == 0 ? 0 : confidence / characters);
  }

  /** The first best class of a step; the blank where none is a number. */
  private int best(float[] scores, int start) {
    int best = BLANK;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < classCount(); i++) {
      if (scores[start + i] > most) {
        most = scores[start + i];
        best = i;
      }
    }
    return best;
  }
}
