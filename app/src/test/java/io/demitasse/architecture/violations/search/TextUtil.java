package io.demitasse.architecture.violations.search;

/** A name that says nothing. */
final class TextUtil {}
