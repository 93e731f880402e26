package io.demitasse.publish;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What publishing does to a disk, step by step, so that a test can fail or end the process at each.
 * No method follows a symbolic link in the last place of a path that it changes.
 */
public interface Disk {
  /** The disks of this machine. */
  Disk LOCAL = new LocalDisk();

  /** Makes a folder where nothing is. */
  void createFolder(Path folder) throws IOException;

  /** Writes a file where nothing is, and sees it to the disk. */
  void write(Path file, byte[] content) throws IOException;

  /** Copies the content of a file to where nothing is. */
  void copy(Path file, Path copy) throws IOException;

  /** Gives a file a second name where nothing is; where that cannot be, copies it. */
  void link(Path file, Path name) throws IOException;

  /**
   * Moves a file or folder, on one disk, to where nothing is.
   *
   * @throws java.nio.file.FileAlreadyExistsException when something is there
   */
  void move(Path from, Path to) throws IOException;

  /** Moves a file over another in one step. */
  void replace(Path from, Path to) throws IOException;

  /**
   * Lets two files or folders on one disk take each other's place in one step.
   *
   * @return false, with nothing changed, where the system has no such step
   */
  boolean exchange(Path one, Path other) throws IOException;

  /** Deletes a file or an empty folder, if it is there. */
  void delete(Path path) throws IOException;

  /** Sees the names in a folder to the disk, where the system can. */
  void force(Path folder) throws IOException;
}
