package io.demitasse.media.data;

import io.demitasse.data.Sample;
import java.util.Optional;

/** Every line is a text. */
record PlainLines() implements LineSamples.Parser {
  @Override
  public int longest() {
    return TextLines.LONGEST_TEXT;
  }

  @Override
  public LineSamples.Parsed parse(String id, String line) {
    return new LineSamples.Parsed(new Sample.Text(id, line), Optional.empty());
  }
}
