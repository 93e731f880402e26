package io.demitasse.app;

import io.demitasse.app.console.Console;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Whether the report is shown in a browser at the end. */
final class OpenOption {
  @Option(names = "--open", description = "Open the report in a browser at the end.")
  private boolean open;

  /** Opens the page if that was asked for, and tells why where it cannot be. */
  void show(Path page, Console console) {
    if (open) {
      Browser.ofThisMachine()
          .open(page.toUri())
          .ifPresent(why -> console.note("The report was not opened: " + why));
    }
  }
}
