package io.demitasse.media.data;

import io.demitasse.data.Sample;

/** Every line is a text. */
record PlainLines() implements LineSamples.Parser {
  @Override
  public int longest() {
    return TextLines.LONGEST_TEXT;
  }

  @Override
  public Sample parse(String id, String line) {
    return new Sample.Text(id, line);
  }
}
