package io.demitasse.architecture.violations.media;

/** Something for others to use. */
public final class Anything {}
