package io.demitasse.media.image;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Hugging Face's classes do where their file is silent.
 *
 * @param name without what all names end in; empty where the file names none
 */
record ImageProcessorClass(String name) {
  private static final Pattern ENDING =
      Pattern.compile("(ImageProcessor|FeatureExtractor)(Fast)?$");

  private static final Set<String> DETECTORS =
      Set.of("Detr", "ConditionalDetr", "DeformableDetr", "Yolos", "GroundingDino");
  private static final Set<String> SHORTEST =
      Set.of(
          "CLIP",
          "ChineseCLIP",
          "Bit",
          "Levit",
          "ViTHybrid",
          "MobileNetV1",
          "MobileNetV2",
          "MobileViT");
  private static final Set<String> SQUARE =
      Set.of(
          "ViT", "DeiT", "Beit", "Blip", "OwlViT", "Perceiver", "Pvt", "Segformer", "LayoutLMv3");
  private static final Set<String> BICUBIC =
      Set.of(
          "CLIP",
          "ChineseCLIP",
          "Bit",
          "Levit",
          "ViTHybrid",
          "Siglip",
          "DeiT",
          "Beit",
          "Blip",
          "OwlViT",
          "Perceiver");
  private static final Set<String> BILINEAR =
      Set.of(
          "ViT",
          "Pvt",
          "Segformer",
          "LayoutLMv3",
          "MobileNetV1",
          "MobileNetV2",
          "MobileViT",
          "RTDetr",
          "Sam");

  /** Classes that do more to a picture than their keys say. */
  private static final Set<String> NOT_BUILT =
      Set.of(
          "ConvNext",
          "DPT",
          "Donut",
          "EfficientNet",
          "GLPN",
          "LayoutLMv2",
          "Owlv2",
          "PoolFormer",
          "Swin2SR",
          "Vilt");

  static ImageProcessorClass of(Map<String, Object> config) {
    Object name = config.get("image_processor_type");
    Object given = name == null ? config.getOrDefault("feature_extractor_type", "") : name;
    return new ImageProcessorClass(ENDING.matcher(String.valueOf(given)).replaceFirst(""));
  }

  /**
   * @param problems gets a class that does what is not built
   * @param warnings is told of a class that is not known
   */
  void judge(String origin, List<String> problems, Consumer<String> warnings) {
    if (NOT_BUILT.contains(name)) {
      problems.add(name + " does more to a picture than its keys say, which is not built");
    } else if (!isKnown()) {
      warnings.accept(
          String.format(
              Locale.ROOT,
              "%s names the class %s, which is not known; it is read by its keys alone.",
              origin,
              name));
    }
  }

  private boolean isKnown() {
    return name.isEmpty() || isDetector() || BICUBIC.contains(name) || BILINEAR.contains(name);
  }

  /** Whether a size of one number is that of a square; null where that is not known. */
  @Nullable Boolean takesSquares() {
    if (SQUARE.contains(name)) {
      return true;
    }
    return (SHORTEST.contains(name) || isDetector()) ? false : null;
  }

  @Nullable Resampling resampling() {
    if (BICUBIC.contains(name)) {
      return Resampling.PILLOW_BICUBIC;
    }
    return BILINEAR.contains(name) || isDetector() ? Resampling.PILLOW_BILINEAR : null;
  }

  /** Whether pictures are padded to the largest of their batch, with what is zero in the tensor. */
  boolean isDetector() {
    return DETECTORS.contains(name);
  }

  boolean flipsChannels() {
    return name.equals("MobileViT");
  }
}
