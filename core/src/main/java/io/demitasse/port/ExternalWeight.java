package io.demitasse.port;

import java.nio.file.Path;

/**
 * A weight that lies outside its model file.
 *
 * @param name of the initializer of the main graph; empty for any other tensor
 * @param file absolute, links followed
 * @param offset of its first byte there
 * @param bytes how long it is
 */
public record ExternalWeight(String name, Path file, long offset, long bytes) {}
