package io.demitasse.onnx;

import io.demitasse.leftover.Leftovers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/**
 * A file in the making, beside its destination under a hidden name. It takes the destination's name
 * when it is whole; closed before that, or when the program ends, it disappears.
 */
final class PartFile implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path destination;
  private final Path part;
  private final FileChannel channel;

  private PartFile(Path destination, Path part, FileChannel channel) {
    this.destination = destination;
    this.part = part;
    this.channel = channel;
  }

  static PartFile beside(Path destination) throws IOException {
    Path part = hidden(destination, "part");
    Leftovers.deleteAtExit(part);
    try {
      return new PartFile(
          destination,
          part,
          FileChannel.open(
              part,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      Leftovers.delete(part);
      throw e;
    }
  }

  /** A name beside a file that nobody can have foreseen. */
  static Path hidden(Path file, String what) {
    String random = Long.toHexString(RANDOM.nextLong());
    return file.resolveSibling("." + file.getFileName() + "." + what + "-" + random);
  }

  Target target() {
    return new Target.InFile(channel, true);
  }

  /** Sees everything to the disk. */
  void finish() throws IOException {
    channel.force(true);
    channel.close();
  }

  /** Gives the file its name, replacing what had it. */
  void publish() throws IOException {
    Files.move(part, destination, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      Leftovers.delete(part);
    }
  }
}
