package io.demitasse;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.port.ModelFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The original on disk: what was read, from where, and whether it is still the same.
 *
 * @param sha256 of each part's file, by part
 */
record Source(
    Path path,
    Bundle bundle,
    BundleFiles files,
    Map<String, String> sha256,
    Map<String, State> states) {

  /** Size and time of a file when it was read. */
  record State(long bytes, FileTime modified) {}

  static Source read(Path path, ModelFormat format) {
    Path file = path.toAbsolutePath().normalize();
    if (!Files.exists(file)) {
      throw DemitasseException.badRequest("There is no model " + path + ".");
    }
    if (Files.isDirectory(file)) {
      throw DemitasseException.badRequest(path + " is a folder; name a model file in it.");
    }
    State state = state(file);
    Model model = format.read(file);
    String part = Bundle.SINGLE;
    return new Source(
        file,
        Bundle.of(model),
        new BundleFiles(Map.of(part, file)),
        Map.of(part, sha256(file)),
        Map.of(part, state));
  }

  /**
   * Weights are read from the files until the very end, so a file that changed would spoil the
   * result.
   *
   * @throws DemitasseException (bad request) when a file is not as it was read
   */
  void requireUnchanged() {
    Map<String, State> now = new LinkedHashMap<>();
    files.files().forEach((part, file) -> now.put(part, state(file)));
    now.forEach(
        (part, state) -> {
          if (!state.equals(states.get(part))) {
            throw DemitasseException.badRequest(
                files.file(part) + " changed while it was being compressed; run again.");
          }
        });
  }

  private static State state(Path file) {
    try {
      return new State(Files.size(file), Files.getLastModifiedTime(file));
    } catch (IOException e) {
      throw DemitasseException.badRequest(file + " cannot be read: " + e.getMessage());
    }
  }

  static String sha256(Path file) {
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
    } catch (IOException e) {
      throw DemitasseException.badRequest(file + " cannot be read: " + e.getMessage());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
