package io.demitasse.app;

import io.demitasse.app.console.Console;
import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command inside this process. */
record Invocation(int code, String out, String err) {

  static Invocation of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int code = Main.run(Console.plain(new PrintWriter(out), new PrintWriter(err)), texts);
    return new Invocation(code, out.toString(), err.toString());
  }

  /** Everything that was said, for messages of failed tests. */
  @Override
  public String toString() {
    return "exit code " + code + "\n" + out + err;
  }
}
