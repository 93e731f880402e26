package io.demitasse.run;

/** When it is found out what answers hang on, which takes some hundred runs of a few samples. */
public enum SaliencyChoice {
  /** Where samples have several modalities. */
  WHERE_SEVERAL,
  /** Also where a sample is a picture, a sound or a text alone. */
  ALWAYS,
  NEVER
}
