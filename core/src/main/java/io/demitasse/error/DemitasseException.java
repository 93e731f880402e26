package io.demitasse.error;

import org.jspecify.annotations.Nullable;

/**
 * Everything that Demitasse reports as failed. The message says what, where, expected and got, and
 * what to do. Names from files in it are safe to show.
 *
 * <p>The kinds tell a program whose turn it is: the caller's, the model's, ours or the backend's.
 */
public final class DemitasseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is, and the exit code of the command line. */
  public enum Kind {
    /** The request cannot be carried out as it stands. */
    BAD_REQUEST(2),
    /** The model cannot be read or is not supported. */
    BAD_MODEL(3),
    /** A pass broke its promise: a bug in Demitasse, or in a pass that others bring. */
    PASS_FAILED(4),
    /** The runtime or another backend failed. */
    BACKEND_FAILED(5),
    /** The caller asked for an end, see {@link Cancellation}. */
    CANCELLED(130);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;
  private final String text;

  public DemitasseException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.text = VisibleText.of(message);
  }

  @Override
  public String getMessage() {
    return text;
  }

  public Kind kind() {
    return kind;
  }

  public static DemitasseException badRequest(String message) {
    return new DemitasseException(Kind.BAD_REQUEST, message, null);
  }

  public static DemitasseException badModel(String message) {
    return new DemitasseException(Kind.BAD_MODEL, message, null);
  }

  public static DemitasseException passFailed(String message, @Nullable Throwable cause) {
    return new DemitasseException(Kind.PASS_FAILED, message, cause);
  }

  public static DemitasseException backendFailed(String message, @Nullable Throwable cause) {
    return new DemitasseException(Kind.BACKEND_FAILED, message, cause);
  }
}
