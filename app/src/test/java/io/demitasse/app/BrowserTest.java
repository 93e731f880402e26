package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class BrowserTest {
  private static final URI PAGE = Path.of("/tmp/my report.html").toUri();

  @TempDir private Path folder;

  @Test
  void asksWhatTheSystemOpensPagesWith() {
    assertThat(new Browser("Mac OS X", Map.of()).command(PAGE))
        .contains(List.of("open", PAGE.toString()));
    assertThat(new Browser("Windows 11", Map.of()).command(PAGE))
        .contains(List.of("rundll32", "url.dll,FileProtocolHandler", PAGE.toString()));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void opensThePageOnAScreen() throws IOException {
    opener();

    assertThat(browser().command(PAGE)).contains(List.of("xdg-open", PAGE.toString()));
    assertThat(new Browser("Linux", Map.of("PATH", folder.toString())).command(PAGE))
        .as("there is no screen")
        .isEmpty();
  }

  @Test
  void saysThatThereIsNone() {
    assertThat(browser().open(PAGE))
        .contains("no browser was found on this machine. Open " + PAGE + " yourself.");
  }

  private Browser browser() {
    return new Browser("Linux", Map.of("PATH", folder.toString(), "DISPLAY", ":0"));
  }

  private void opener() throws IOException {
    Path opener = Files.writeString(folder.resolve("xdg-open"), "#!/bin/sh\n");
    assertThat(opener.toFile().setExecutable(true)).isTrue();
  }
}
