package io.demitasse.report;

/** The version of this build. */
public final class Version {
  public static final String TEXT = "0.2.0";

  private Version() {}
}
