package io.demitasse.media.image;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The keys of Hugging Face's {@code preprocessor_config.json}, by what they do to a picture. */
final class PreprocessorKeys {
  /** Keys that are read here. */
  private static final Set<String> READ =
      Set.of(
          "do_resize",
          "size",
          "max_size",
          "resample",
          "do_center_crop",
          "crop_size",
          "do_rescale",
          "rescale_factor",
          "do_normalize",
          "image_mean",
          "image_std",
          "do_pad",
          "pad_size",
          "do_flip_channel_order",
          "data_format");

  /** Keys that do not change what becomes of a picture that is RGB already. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "_name_or_path",
          "_processor_class",
          "_valid_processor_keys",
          "apply_ocr",
          "auto_map",
          "default_to_square",
          "device",
          "disable_grouping",
          "do_convert_annotations",
          "do_convert_rgb",
          "do_reduce_labels",
          "feature_extractor_type",
          "format",
          "image_processor_type",
          "image_seq_length",
          "input_data_format",
          "mask_pad_size",
          "mask_size",
          "model_input_names",
          "ocr_lang",
          "processor_class",
          "reduce_labels",
          "return_tensors",
          "tesseract_config");

  /** Keys that do, in ways that are not built. */
  private static final Set<String> NOT_BUILT =
      Set.of(
          "crop_pct",
          "ensure_multiple_of",
          "image_grid_pinpoints",
          "include_top",
          "keep_aspect_ratio",
          "max_image_size",
          "max_pixels",
          "merge_size",
          "min_pixels",
          "num_frames",
          "offset",
          "patch_size",
          "rescale_offset",
          "size_divisor",
          "temporal_patch_size");

  private PreprocessorKeys() {}

  /**
   * @param problems gets keys that change the picture in a way that is not built
   * @param warnings is told of keys that are not known
   */
  static void judge(
      Map<String, Object> config, String origin, List<String> problems, Consumer<String> warnings) {
    config.forEach(
        (key, value) -> {
          if (value.equals(false) || READ.contains(key) || WITHOUT_EFFECT.contains(key)) {
            return;
          }
          if (NOT_BUILT.contains(key) || key.startsWith("do_")) {
            problems.add(
                String.format(
                    Locale.ROOT,
                    "%s: %s changes the picture in a way that is not built",
                    key,
                    value));
          } else {
            warnings.accept(
                String.format(Locale.ROOT, "%s has a key '%s', which is not known.", origin, key));
          }
        });
  }
}
