package io.demitasse.media.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How the vectors of a text's tokens become one embedding. */
public enum Pooling {
  /** The mean over tokens that are not padding. */
  MEAN,
  /** The vector of the first token, as BERT's classifiers and BGE take it. */
  FIRST;

  private static final Map<String, Pooling> SENTENCE_TRANSFORMERS =
      Map.of("pooling_mode_mean_tokens", MEAN, "pooling_mode_cls_token", FIRST);

  /** The name that options use. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The pooling of a name.
   *
   * @throws DemitasseException (bad request) when there is none, listing the known names
   */
  public static Pooling of(String name) {
    for (Pooling pooling : values()) {
      if (pooling.text().equals(name)) {
        return pooling;
      }
    }
    throw DemitasseException.badRequest("There is no pooling '" + name + "'. Known: mean, first.");
  }

  /**
   * The pooling that a model's {@code 1_Pooling/config.json} asks for, or {@link #MEAN} where there
   * is none.
   *
   * @param model the model file or its folder
   * @throws DemitasseException (bad request) when the file is unreadable or asks for another one
   */
  public static Pooling beside(Path model) {
    return stated(model).orElse(MEAN);
  }

  /**
   * The pooling that a model's {@code 1_Pooling/config.json} asks for.
   *
   * @param model the model file or its folder
   * @return empty where there is no such file
   * @throws DemitasseException (bad request) when the file is unreadable or asks for another one
   */
  public static Optional<Pooling> stated(Path model) {
    return TokenizerFiles.pooling(model).map(Pooling::read);
  }

  private static Pooling read(Path file) {
    List<String> modes = new ArrayList<>();
    try {
      JsonNode config = new ObjectMapper().readTree(file.toFile());
      for (Map.Entry<String, JsonNode> entry : config.properties()) {
        if (entry.getKey().startsWith("pooling_mode_") && entry.getValue().asBoolean()) {
          modes.add(entry.getKey());
        }
      }
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST, "Cannot read " + file + ": " + Reason.of(e), e);
    }
    Pooling pooling = modes.size() == 1 ? SENTENCE_TRANSFORMERS.get(modes.getFirst()) : null;
    if (pooling == null) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s asks for %s; expected pooling_mode_mean_tokens or pooling_mode_cls_token."
                  + " Say --pooling mean or --pooling first to choose.",
              file,
              modes.isEmpty() ? "no pooling" : String.join(" and ", modes)));
    }
    return pooling;
  }

  /**
   * Pools one text.
   *
   * @param hidden token vectors {@code [1,S,H]} of a floating-point type
   * @param attentionMask {@code [1,S]} of any type, 0 at padding
   * @return float {@code [H]}
   */
  public Tensor pool(Tensor hidden, Tensor attentionMask) {
    int width = Math.toIntExact(hidden.size(2));
    float[] vectors = hidden.toFloats();
    if (this == FIRST) {
      return Tensor.ofFloats(new long[] {width}, Arrays.copyOf(vectors, width));
    }
    float[] mask = attentionMask.toFloats();
    double[] sum = new double[width];
    long tokens = 0;
    for (int token = 0; token < mask.length; token++) {
      if (mask[token] != 0) {
        tokens++;
        for (int i = 0; i < width; i++) {
          sum[i] += vectors[token * width + i];
        }
      }
    }
    float[] mean = new float[width];
    for (int i = 0; i < width; i++) {
      mean[i] = (float) (sum[i] / Math.max(tokens, 1));
    }
    return Tensor.ofFloats(new long[] {width}, mean);
  }
}
