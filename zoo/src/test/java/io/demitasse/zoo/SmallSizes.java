package io.demitasse.zoo;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings by which every architecture is small enough to be run at once. */
final class SmallSizes {
  /** Rows of every vocabulary. */
  static final int WORDS = 20;

  private static final String PICTURE = "image=32 classes=5";
  private static final String TRANSFORMER = "width=16 layers=2 heads=2 hidden=32";
  private static final String TEXT = "words=" + WORDS + " positions=12";
  private static final String VISION = PICTURE + " patch=8 " + TRANSFORMER;
  private static final String FUSION = VISION + " " + TEXT;

  private static final String WHISPER =
      "mels=6 places=10 width=16 heads=2 hidden=32 encoder-layers=2 decoder-layers=2 " + TEXT;

  private static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    ALL.put("cnn28", "first=4 second=6");
    ALL.put("resnet-18", PICTURE + " width=4");
    ALL.put("resnet-20", "image=8 classes=5 width=4 blocks=1,2");
    ALL.put("resnet-34", PICTURE + " width=4 channels=1");
    ALL.put("resnet-50", PICTURE + " width=4 blocks=1,2");
    ALL.put("mobilenet-v2", PICTURE + " multiplier=0.25");
    ALL.put("mobilenet-v3-small", PICTURE + " multiplier=0.25");
    ALL.put("mobilenet-v3-large", PICTURE + " multiplier=0.25");
    ALL.put("vit-tiny", VISION);
    ALL.put("vit-small", VISION);
    ALL.put("vit-base", VISION);
    ALL.put("bert-tiny", TEXT + " " + TRANSFORMER);
    ALL.put("bert-base", TEXT + " " + TRANSFORMER);
    ALL.put("gpt-2", TEXT + " " + TRANSFORMER);
    ALL.put("gpt-2-medium", TEXT + " " + TRANSFORMER);
    ALL.put("lstm-captioner", "features=6 words=" + WORDS + " width=8 state=10");
    ALL.put("transformer-captioner", "features=6 " + TEXT + " " + TRANSFORMER);
    ALL.put(
        "clip",
        "image=32 patch=8 vision-width=16 vision-layers=2 vision-heads=2 text-width=12 "
            + TEXT
            + " text-layers=2 text-heads=3 embedding=8");
    ALL.put("whisper", WHISPER);
    ALL.put("whisper-base", WHISPER);
    ALL.put("early-fusion", FUSION);
    ALL.put("late-fusion", FUSION + " stem=convolutions");
    ALL.put("cross-attention-fusion", FUSION);
  }

  private SmallSizes() {}

  /** The settings of an architecture. */
  static Map<String, String> of(String name) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String each : ALL.getOrDefault(name, "").split(" ", -1)) {
      String[] parts = each.split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    return settings;
  }
}
