package io.demitasse.error;

/** Work was ended because its time was up; see {@link Cancellation#before}. */
public final class OutOfTime extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutOfTime() {
    super("the time is up");
  }
}
