package io.demitasse.media.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens native tokenizers without letting their library reach for the network. */
final class NativeTokenizers {
  /**
   * While this is set the library takes its native code from the class path only, instead of
   * downloading another build where it sees a graphics card, and does not ask where it runs.
   */
  private static final String OFFLINE = "ai.djl.offline";

  /**
   * What SLF4J, which the library speaks, says of itself. In a program that has no logging nobody
   * wants to hear that there is none.
   */
  private static final String VERBOSITY = "slf4j.internal.verbosity";

  private static final String LOGGING = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";

  private NativeTokenizers() {}

  /**
   * Opens a tokenizer; properties are set for that time alone, for they are the whole process's.
   */
  static synchronized HuggingFaceTokenizer open(
      byte[] json, String source, Map<String, String> options) {
    requireSound(json, source);
    String before = System.getProperty(OFFLINE);
    String verbosity = System.getProperty(VERBOSITY);
    System.setProperty(OFFLINE, "true");
    if (verbosity == null && !hasLogging()) {
      System.setProperty(VERBOSITY, "ERROR");
    }
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options);
    } catch (EngineException | LinkageError e) {
      throw DemitasseException.backendFailed(
          "The native tokenizer library could not be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + Reason.of(e),
          e);
    } catch (IOException | RuntimeException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "Tokenizer "
              + source
              + " is not a tokenizer.json in the Hugging Face format: "
              + Reason.of(e)
              + ".",
          e);
    } finally {
      restore(OFFLINE, before);
      restore(VERBOSITY, verbosity);
    }
  }

  private static boolean hasLogging() {
    ClassLoader loader = NativeTokenizers.class.getClassLoader();
    return loader == null || loader.getResource(LOGGING) != null;
  }

  /** Native code ends the whole process where it fails, so it is not given what may make it. */
  private static void requireSound(byte[] json, String source) {
    TokenizerCheck.Found found = TokenizerCheck.of(json);
    Optional<String> problem =
        found.problem().isPresent() || found.known()
            ? found.problem()
            : TokenizerTrial.problem(json);
    if (problem.isPresent()) {
      throw DemitasseException.badRequest(
          "Tokenizer "
              + source
              + " cannot be used: "
              + problem.get()
              + ". Put the tokenizer.json of the model's makers in its place.");
    }
  }

  private static void restore(String property, @Nullable String before) {
    if (before == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, before);
    }
  }
}
