package io.demitasse.torch.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;

/** Messages over a pipe, one after the other. */
final class Channel {
  private final ObjectOutputStream out;
  private final InputStream in;
  private ObjectInputStream messages;

  /**
   * Opens one. Each side sends before it listens, so that neither waits for the other's first word.
   */
  @SuppressWarnings("NullAway.Init") // the head of the other side is read with its first message
  Channel(OutputStream out, InputStream in) throws IOException {
    this.out = new ObjectOutputStream(new BufferedOutputStream(out, 1 << 16));
    this.out.flush();
    this.in = in;
  }

  void send(Message message) throws IOException {
    out.writeUnshared(message);
    // What was sent is not remembered, or nothing would ever be collected.
    out.reset();
    out.flush();
  }

  /**
   * Waits for the next message.
   *
   * @throws java.io.EOFException when the other side has ended
   */
  Message receive() throws IOException {
    if (messages == null) {
      messages = new ObjectInputStream(new BufferedInputStream(in, 1 << 16));
    }
    try {
      return (Message) messages.readUnshared();
    } catch (ClassNotFoundException e) {
      throw new IOException("the other process has other classes: " + e.getMessage(), e);
    }
  }
}
