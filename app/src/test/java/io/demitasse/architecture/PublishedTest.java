package io.demitasse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.report.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a project that depends on Demitasse reads in its poms and finds on its class path. */
final class PublishedTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final List<String> PUBLISHED =
      List.of("core", "onnx", "solver", "torch", "zoo", "media", "app");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "bom", "core", "onnx", "solver", "torch", "zoo", "media", "app", "testkit", "bench",
        "dist"
      })
  void everyPomNamesTheOneVersion(String module) throws Exception {
    Element project = pom(module).getDocumentElement();
    Element named = module.isEmpty() || module.equals("bom") ? project : child(project, "parent");

    assertThat(text(named, "version")).isEqualTo(Version.TEXT);
  }

  @Test
  void readmeAndSampleNameTheVersion() throws Exception {
    Document sample = pom("docs/examples/compress-model");

    assertThat(texts(sample, "demitasse.version")).containsExactly(Version.TEXT);
    assertThat(Files.readString(PROJECT.resolve("README.md")))
        .contains("<version>" + Version.TEXT + "</version>")
        .contains("io.demitasse:demitasse-bom:" + Version.TEXT);
  }

  @Test
  void theBomListsWhatIsPublished() throws Exception {
    assertThat(texts(pom("bom"), "artifactId"))
        .filteredOn(name -> name.startsWith("demitasse-"))
        .containsExactly(
            "demitasse-bom",
            "demitasse-core",
            "demitasse-onnx",
            "demitasse-solver",
            "demitasse-torch",
            "demitasse-zoo",
            "demitasse-media",
            "demitasse-app");
  }

  /** Gradle reads no profiles, and Maven those of its own machine. */
  @ParameterizedTest
  @ValueSource(strings = {"", "core", "onnx", "solver", "torch", "zoo", "media", "app"})
  void dependenciesAreTheSameOnEveryMachine(String module) throws Exception {
    Document pom = pom(module);

    assertThat(texts(pom, "classifier")).noneMatch(classifier -> classifier.contains("$"));
    assertThat(texts(pom, "os")).isEmpty();
    NodeList profiles = pom.getElementsByTagName("profile");
    for (int i = 0; i < profiles.getLength(); i++) {
      NodeList added = ((Element) profiles.item(i)).getElementsByTagName("dependency");
      for (int j = 0; j < added.getLength(); j++) {
        assertThat(text((Element) added.item(j), "scope")).isEqualTo("test");
      }
    }
  }

  /** What one library has for a system is of use only where the others have it too. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "linux-x86_64, linux-x64/libonnxruntime.so, linux-x86_64/cpu/libtokenizers.so, lib*.so",
    "linux-arm64, linux-aarch64/libonnxruntime.so, linux-aarch64/cpu/libtokenizers.so, lib*.so",
    "macosx-arm64, osx-aarch64/libonnxruntime.dylib, osx-aarch64/cpu/libtokenizers.dylib,"
        + " lib*.dylib",
    "windows-x86_64, win-x64/onnxruntime.dll, win-x86_64/cpu/tokenizers.dll, *.dll"
  })
  void nativeCodeForEverySystemIsOnTheClassPath(
      String system, String runtime, String tokenizers, String library) {
    assertThat(
            List.of(
                "/ai/onnxruntime/native/" + runtime,
                "/native/lib/" + tokenizers,
                "/org/bytedeco/javacpp/" + system + "/" + library.replace("*", "jnijavacpp"),
                "/org/bytedeco/openblas/" + system + "/" + library.replace("*", "jniopenblas"),
                "/org/bytedeco/opencv/" + system + "/" + library.replace("*", "jniopencv_core"),
                "/org/bytedeco/ffmpeg/" + system + "/" + library.replace("*", "jniavcodec")))
        .allSatisfy(name -> assertThat(PublishedTest.class.getResource(name)).as(name).isNotNull());
  }

  @Test
  void noPackageIsDividedAmongModules() throws IOException {
    Map<String, List<String>> modules = new TreeMap<>();
    for (String module : PUBLISHED) {
      Path sources = PROJECT.resolve(module + "/src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(file -> sources.relativize(file.getParent()).toString())
            .distinct()
            .forEach(name -> modules.computeIfAbsent(name, key -> new ArrayList<>()).add(module));
      }
    }

    assertThat(modules).hasSizeGreaterThan(20);
    assertThat(modules).allSatisfy((name, in) -> assertThat(in).as(name).hasSize(1));
  }

  private static Document pom(String module) throws Exception {
    Path file = PROJECT.resolve(module).resolve("pom.xml");
    return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
  }

  private static Element child(Element parent, String name) {
    NodeList children = parent.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element element && element.getTagName().equals(name)) {
        return element;
      }
    }
    throw new AssertionError(parent.getTagName() + " has no " + name);
  }

  private static String text(Element parent, String name) {
    return child(parent, name).getTextContent().strip();
  }

  private static List<String> texts(Document document, String name) {
    NodeList found = document.getElementsByTagName(name);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      texts.add(found.item(i).getTextContent().strip());
    }
    return texts;
  }
}
