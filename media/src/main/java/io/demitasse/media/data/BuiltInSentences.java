package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Sentences that come with this module, for text models that nobody gives texts: words and
 * commands, questions, prose of all lengths, mostly English and some of fifteen other languages.
 * What flows through a model is real then, though not what its user has: weaker evidence, and
 * labeled so.
 */
public final class BuiltInSentences implements Samples {
  private static final String RESOURCE = "/io/demitasse/media/text/sentences.txt";

  private final List<Sample> sentences;

  public BuiltInSentences() {
    List<String> lines = lines();
    sentences =
        java.util.stream.IntStream.range(0, lines.size())
            .<Sample>mapToObj(i -> new Sample.Text("sentence " + (i + 1), lines.get(i)))
            .toList();
  }

  private static List<String> lines() {
    try (InputStream in = BuiltInSentences.class.getResourceAsStream(RESOURCE)) {
      byte[] text = Objects.requireNonNull(in, RESOURCE).readAllBytes();
      return new String(text, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "built-in sentences, not your data: weaker evidence";
  }

  @Override
  public int size() {
    return sentences.size();
  }

  @Override
  public Sample get(int index) {
    return sentences.get(index);
  }

  @Override
  public List<String> account() {
    return List.of(size() + " " + name());
  }

  @Override
  public String advice() {
    return "Accuracy was measured on built-in sentences. Texts of your own make the evidence"
        + " stronger: --data texts.txt, one a line, a hundred or more.";
  }
}
