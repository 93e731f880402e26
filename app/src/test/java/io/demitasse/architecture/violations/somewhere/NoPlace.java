package io.demitasse.architecture.violations.somewhere;

/** In a package that the architecture does not know. */
final class NoPlace {}
