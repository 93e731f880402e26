package io.demitasse.architecture.violations.pass;

/** Something for others to use. */
public final class Anything {}
