package io.demitasse.result;

import io.demitasse.publish.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** A disk that counts what is done to it, and on which something happens before one step. */
final class CountedDisk implements Disk {

  /** What happens. */
  interface Fault {
    void happen() throws IOException;
  }

  private final int step;

  /** Whether two names can change places in one step. */
  private final boolean exchanges;

  private final Fault fault;
  private final boolean ended;
  private int done;

  /** The process as good as ends before a step: that step fails, and so do all that follow. */
  static CountedDisk endingAt(int step, boolean exchanges) {
    return new CountedDisk(
        step,
        exchanges,
        true,
        () -> {
          throw new Ended();
        });
  }

  /** The end of a process, as far as the disk sees it. */
  static final class Ended extends Error {
    private static final long serialVersionUID = 1L;
  }

  CountedDisk(int step, boolean exchanges, Fault fault) {
    this(step, exchanges, false, fault);
  }

  private CountedDisk(int step, boolean exchanges, boolean ended, Fault fault) {
    this.ended = ended;
    this.step = step;
    this.exchanges = exchanges;
    this.fault = fault;
  }

  /** How many steps there were so far. */
  int steps() {
    return done;
  }

  /** What happens may go on happening: a process that has ended does nothing any more. */
  private void count() throws IOException {
    done++;
    if (done == step || (ended && done > step)) {
      fault.happen();
    }
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    count();
    LOCAL.createFolder(folder);
  }

  @Override
  public void write(Path file, byte[] content) throws IOException {
    count();
    LOCAL.write(file, content);
  }

  @Override
  public void copy(Path file, Path copy) throws IOException {
    count();
    LOCAL.copy(file, copy);
  }

  @Override
  public void link(Path file, Path name) throws IOException {
    count();
    LOCAL.link(file, name);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    count();
    LOCAL.move(from, to);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    count();
    LOCAL.replace(from, to);
  }

  @Override
  public boolean exchange(Path one, Path other) throws IOException {
    count();
    return exchanges && LOCAL.exchange(one, other);
  }

  @Override
  public void delete(Path path) throws IOException {
    count();
    LOCAL.delete(path);
  }

  @Override
  public void force(Path folder) throws IOException {
    count();
    LOCAL.force(folder);
  }
}
