package io.demitasse.error;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why something failed, in the words of a person: what libraries throw names their own classes. */
public final class Reason {
  /** A message is told as far as this; the rest may hold the content of whole files. */
  private static final int LONGEST = 300;

  /** Where in their own text parsers say that they stood; begins a new line. */
  private static final Pattern PLACE =
      Pattern.compile(" ?\\(start marker at [^\\]]*\\]\\)|\\R at \\[.*");

  private static final Pattern CLASS =
      Pattern.compile("(?:\\b[a-z][a-z0-9]{1,30}\\.){1,9}[A-Z]\\w{0,80}(?:\\$\\w{1,80}){0,4}:? ?");

  private Reason() {}

  /** The reason, without the full stop at its end. */
  public static String of(Throwable failure) {
    return switch (failure) {
      case DemitasseException ours -> ours.getMessage();
      case UncheckedIOException wrapper -> of(Objects.requireNonNull(wrapper.getCause()));
      case NoSuchFileException _, FileNotFoundException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "it exists already";
      case DirectoryNotEmptyException _ -> "the folder is not empty";
      case NotDirectoryException _ -> "it is not a folder";
      case FileSystemLoopException _ -> "its links lead in a circle";
      case FileSystemException named when named.getReason() != null -> named.getReason();
      case CharacterCodingException _ -> "it is not UTF-8 text";
      case UnsatisfiedLinkError missing -> cleaned(missing.getMessage());
      case LinkageError _ -> "a part of it is missing, damaged or of another version";
      default -> cleaned(failure.getMessage());
    };
  }

  private static String cleaned(@Nullable String message) {
    if (message == null || message.isBlank()) {
      return "no reason is known";
    }
    String first = PLACE.matcher(message).replaceAll("").lines().findFirst().orElse(message);
    String told = first.length() > LONGEST ? first.substring(0, LONGEST) + "…" : first;
    Matcher named = CLASS.matcher(told);
    boolean ofTypes = named.find() && told.contains("`");
    String plain = ofTypes ? "it is not of the expected form" : named.replaceAll("");
    return plain.isBlank() ? "no reason is known" : plain.strip();
  }
}
