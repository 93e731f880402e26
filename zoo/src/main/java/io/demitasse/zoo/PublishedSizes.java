package io.demitasse.zoo;

import java.util.List;

/** The architectures of this module at the sizes of their papers. */
final class PublishedSizes {
  static final List<Zoo.Entry> ALL =
      List.of(
          entry("cnn28", "two convolutions for pictures of 28 x 28", Cnn28.MNIST),
          entry("resnet-18", "residual network of 18 layers", ResNet.RESNET_18),
          entry("resnet-20", "residual network for pictures of 32 x 32", ResNet.RESNET_20),
          entry("resnet-34", "residual network of 34 layers", ResNet.RESNET_34),
          entry("resnet-50", "residual network of 50 layers in bottlenecks", ResNet.RESNET_50),
          entry("mobilenet-v2", "inverted residuals", MobileNetV2.PUBLISHED),
          entry("mobilenet-v3-small", "inverted residuals with gates", MobileNetV3.SMALL),
          entry("mobilenet-v3-large", "inverted residuals with gates", MobileNetV3.LARGE),
          entry("vit-tiny", "vision transformer Ti/16", VisionTransformer.TINY),
          entry("vit-small", "vision transformer S/16", VisionTransformer.SMALL),
          entry("vit-base", "vision transformer B/16", VisionTransformer.BASE),
          entry("bert-tiny", "encoder of texts, 2 layers", Bert.TINY),
          entry("bert-base", "encoder of texts, 12 layers", Bert.BASE),
          entry("gpt-2", "language model, 12 layers", Gpt2.SMALL),
          entry("gpt-2-medium", "language model, 24 layers", Gpt2.MEDIUM),
          entry("lstm-captioner", "caption from a picture's features", LstmCaptioner.PUBLISHED),
          entry(
              "transformer-captioner",
              "caption from the features of regions",
              TransformerCaptioner.BASE),
          entry("clip", "picture and text encoder B/32, a bundle of two", Clip.BASE_32),
          entry("whisper", "speech to English text, a bundle of two", Whisper.TINY_EN),
          entry("whisper-base", "speech to text, a bundle of two", Whisper.BASE),
          entry("early-fusion", "picture and text in one transformer", Fusion.EARLY),
          entry("late-fusion", "picture and text apart, joined at the end", Fusion.LATE),
          entry("cross-attention-fusion", "text that looks at a picture", Fusion.CROSS_ATTENTION));

  private PublishedSizes() {}

  private static Zoo.Entry entry(String name, String summary, Architecture architecture) {
    return new Zoo.Entry(name, summary, architecture);
  }
}
