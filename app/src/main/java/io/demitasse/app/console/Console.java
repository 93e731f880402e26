package io.demitasse.app.console;

import io.demitasse.error.VisibleText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command writes: results to {@code out}, progress and complaints to {@code err}.
 *
 * @param colored whether escape sequences for color may be written
 * @param live whether someone watches, so that a line may be drawn over
 * @param charset what {@code out} and {@code err} are encoded in
 */
public record Console(
    PrintWriter out, PrintWriter err, boolean colored, boolean live, Charset charset) {

  /** Of a table that goes into a file, or to whatever does not tell its width. */
  private static final int COLUMNS = 100;

  /** A style as {@link VisibleText} spells it. */
  private static final Pattern STYLE = Pattern.compile("\\\\u001b\\[(0|1|2|31|32)m");

  /** The console of this process. Color and live progress need a terminal. */
  public static Console system() {
    Charset charset = terminalCharset();
    return new Console(
        writer(FileDescriptor.out, charset),
        writer(FileDescriptor.err, charset),
        Ansi.AUTO.enabled(),
        Terminal.isWatched(System.getenv()),
        charset);
  }

  /** A console without color and without anyone watching. */
  public static Console plain(PrintWriter out, PrintWriter err) {
    return new Console(out, err, false, false, StandardCharsets.UTF_8);
  }

  /** Terminals speak UTF-8 also where the locale is not set, as in most containers. */
  private static Charset terminalCharset() {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return windows
        ? Charset.forName(System.getProperty("stdout.encoding", "UTF-8"), StandardCharsets.UTF_8)
        : StandardCharsets.UTF_8;
  }

  private static PrintWriter writer(FileDescriptor descriptor, Charset charset) {
    OutputStream stream = new FileOutputStream(descriptor);
    return new PrintWriter(new PrintStream(stream, true, charset), true, charset);
  }

  /** Columns that a table may take: those of the terminal that shows it, or what fits anywhere. */
  public int columns() {
    return live ? Terminal.columns(Terminal.STANDARD_OUTPUT).orElse(COLUMNS) : COLUMNS;
  }

  public Ansi ansi() {
    return colored ? Ansi.ON : Ansi.OFF;
  }

  /**
   * Prints text whose lines are known; what else would move or color the terminal is spelled out.
   */
  public void print(String line) {
    out.println(shown(line));
    out.flush();
  }

  /** Prints to {@code err}, where it does not disturb what a program reads from {@code out}. */
  public void note(String line) {
    err.println(shown(line));
    err.flush();
  }

  public void print(Table table) {
    table.lines(this).forEach(this::print);
  }

  /** Prints a title over what follows, after an empty line. */
  public void section(String title) {
    print("");
    print(bold(title));
  }

  public String bold(String text) {
    return styled("1", text);
  }

  public String faint(String text) {
    return styled("2", text);
  }

  public String good(String text) {
    return styled("32", text);
  }

  public String bad(String text) {
    return styled("31", text);
  }

  public String mark(boolean good) {
    boolean encodable = charset.newEncoder().canEncode("✓✗");
    return good ? good(encodable ? "✓" : "+") : bad(encodable ? "✗" : "-");
  }

  /** The text as it is safe on a terminal, with the styles of this console and no others. */
  private String shown(String text) {
    String safe = VisibleText.of(text);
    return colored ? STYLE.matcher(safe).replaceAll("\033[$1m") : safe;
  }

  private String styled(String code, String text) {
    String line = VisibleText.line(text);
    return colored ? String.format(Locale.ROOT, "\033[%sm%s\033[0m", code, line) : line;
  }
}
