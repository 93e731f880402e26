package io.demitasse.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A page in a browser, looked at and operated from outside. */
final class Tab {
  private static final int LOAD_SECONDS = 120;
  private static final Map<String, Integer> KEYS =
      Map.of("Tab", 9, "Enter", 13, "End", 35, "Home", 36, "ArrowRight", 39, "ArrowDown", 40);

  private final DevTools tools;
  private final String session;

  /**
   * What the page is shown in.
   *
   * @param dark whether the system prefers dark pages
   */
  record Window(int width, int height, boolean dark) {}

  private Tab(DevTools tools, String session) {
    this.tools = tools;
    this.session = session;
  }

  static Tab open(DevTools tools, String session, Path page, Window window) throws IOException {
    Tab tab = new Tab(tools, session);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      tab.send(domain + ".enable", Map.of());
    }
    tab.send(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            window.width,
            "height",
            window.height,
            "deviceScaleFactor",
            1,
            "mobile",
            window.width < 600));
    String scheme = window.dark ? "dark" : "light";
    tab.send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    tab.send("Page.navigate", Map.of("url", page.toUri().toString()));
    tab.awaitLoad();
    return tab;
  }

  private JsonNode send(String method, Map<String, ?> parameters) throws IOException {
    return tools.send(session, method, parameters);
  }

  private void awaitLoad() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
    while (System.nanoTime() < end) {
      if (evaluate("document.documentElement?.dataset.drawn === 'true'").asBoolean()) {
        return;
      }
    }
    throw new IOException("the page was not drawn: " + complaints());
  }

  /** The value of a script, whose promises are awaited. */
  JsonNode evaluate(String script) throws IOException {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", script, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IOException(answer.path("exceptionDetails").toString());
    }
    return answer.path("result").path("value");
  }

  String text(String script) throws IOException {
    return evaluate(script).asText();
  }

  int number(String script) throws IOException {
    return evaluate(script).asInt();
  }

  /** Presses and releases a key, as a hand does. */
  void press(String key) throws IOException {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      send(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", KEYS.get(key)));
    }
  }

  /** Presses Tab until what has the focus matches the selector; false where it never does. */
  boolean tabTo(String selector) throws IOException {
    for (int presses = 0; presses < 200; presses++) {
      press("Tab");
      if (evaluate("document.activeElement.matches(" + quoted(selector) + ")").asBoolean()) {
        return true;
      }
    }
    return false;
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "\\'") + "'";
  }

  /** Errors and warnings on the console, exceptions, and requests for anything but the page. */
  List<String> complaints() {
    return tools.events(session).stream().flatMap(event -> complaint(event).stream()).toList();
  }

  private static List<String> complaint(JsonNode event) {
    JsonNode said = event.path("params");
    String url = said.path("request").path("url").asText();
    return switch (event.path("method").asText()) {
      case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded" ->
          List.of(said.toString());
      case "Network.requestWillBeSent" ->
          url.startsWith("data:") || said.path("type").asText().equals("Document")
              ? List.of()
              : List.of("fetches " + url);
      default -> List.of();
    };
  }
}
