package io.demitasse.media.program;

import io.demitasse.ir.TextGraph;
import io.demitasse.media.SmallTokenizer;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Two small towers with random weights in a folder as exports lay them out, and data for them. */
final class SmallTowers {
  static final String VISION =
      """
      ir 8, opset 17

      graph vision(pixel_values: float[batch,3,32,32])
          -> (last_hidden_state: float[batch,64,64], image_embeds: float[batch,%d]) {
        w1 = float[32,3,3,3] ~ 1
        b1 = float[32] ~ 2 in [-0.2, 0.2]
        w2 = float[64,32,3,3] ~ 3
        b2 = float[64] ~ 4 in [-0.2, 0.2]
        w3 = float[64,64,3,3] ~ 5
        b3 = float[64] ~ 6 in [-0.2, 0.2]
        project = float[64,%<d] ~ 7
        flat = int64[3] {0, 64, 64}
        c1 = Conv(pixel_values, w1, b1) <pads=[1, 1, 1, 1], strides=[2, 2]>
        r1 = Relu(c1)
        c2 = Conv(r1, w2, b2) <pads=[1, 1, 1, 1], strides=[2, 2]>
        r2 = Relu(c2)
        c3 = Conv(r2, w3, b3) <pads=[1, 1, 1, 1]>
        r3 = Relu(c3)
        rows = Reshape(r3, flat)
        last_hidden_state = Transpose(rows) <perm=[0, 2, 1]>
        pooled = ReduceMean(last_hidden_state) <axes=[1], keepdims=0>
        image_embeds = MatMul(pooled, project)
      }
      """;

  static final String TEXT =
      """
      ir 8, opset 17

      graph text(input_ids: int64[batch,sequence], attention_mask: int64[batch,sequence])
          -> (text_embeds: float[batch,%d], last_hidden_state: float[batch,sequence,64]) {
        words = float[%d,64] ~ 11
        up = float[64,256] ~ 12
        up_bias = float[256] ~ 13 in [-0.2, 0.2]
        down = float[256,64] ~ 14
        project = float[64,%1$d] ~ 15
        one = int64[1] {1}
        last = int64[1] {2}
        x = Gather(words, input_ids)
        wide = MatMul(x, up)
        biased = Add(wide, up_bias)
        active = Relu(biased)
        narrow = MatMul(active, down)
        last_hidden_state = Add(narrow, x)
        mask = Cast(attention_mask) <to=1>
        column = Unsqueeze(mask, last)
        masked = Mul(last_hidden_state, column)
        sum = ReduceSum(masked, one) <keepdims=0>
        count = ReduceSum(mask, one) <keepdims=1>
        mean = Div(sum, count)
        text_embeds = MatMul(mean, project)
      }
      """;

  private static final String PREPROCESSOR =
      """
      {
        "crop_size": {"height": 32, "width": 32},
        "do_center_crop": true,
        "do_normalize": true,
        "do_rescale": true,
        "do_resize": true,
        "image_mean": [0.5, 0.5, 0.5],
        "image_processor_type": "CLIPImageProcessor",
        "image_std": [0.25, 0.25, 0.25],
        "resample": 3,
        "rescale_factor": 0.00392156862745098,
        "size": {"shortest_edge": 32}
      }
      """;

  private SmallTowers() {}

  /** Writes everything that an export has. */
  static Path in(Path folder) throws IOException {
    return in(folder, 64, 64);
  }

  /**
   * The same with embeddings of chosen sizes.
   *
   * @param vision size of a picture's embedding
   * @param text size of a text's embedding
   */
  static Path in(Path folder, int vision, int text) throws IOException {
    Files.createDirectories(folder);
    write(VISION.formatted(vision), folder.resolve("vision_model.onnx"));
    write(TEXT.formatted(text, SmallTokenizer.IDS), folder.resolve("text_model.onnx"));
    Files.writeString(folder.resolve("preprocessor_config.json"), PREPROCESSOR);
    SmallTokenizer.in(folder);
    return folder;
  }

  static Path write(String text, Path file) {
    Ports.find().format().write(TextGraph.parse(text), file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  /** Writes as many pictures as texts, one a file. */
  static Path data(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      String name = "%02d".formatted(i);
      ImageIO.write(picture(i), "png", folder.resolve(name + ".png").toFile());
      Files.writeString(folder.resolve(name + ".txt"), caption(i));
    }
    return folder;
  }

  /** A disk on a ground that fades from one color to another. */
  static BufferedImage picture(int seed) {
    Random random = new Random(seed);
    int[] colors = random.ints(3, 0, 1 << 24).toArray();
    BufferedImage picture = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
    int radius = random.nextInt(5, 18);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        boolean inside = Math.hypot(x - 24, y - 20) < radius;
        picture.setRGB(x, y, inside ? colors[0] : mixed(colors[1], colors[2], x / 47.0));
      }
    }
    return picture;
  }

  private static int mixed(int one, int other, double share) {
    int color = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      int low = one >> shift & 255;
      color |= (int) (low + share * ((other >> shift & 255) - low)) << shift;
    }
    return color;
  }

  static String caption(int seed) {
    String[] sizes = {"small", "large", "round", "pale", "dark"};
    String[] colors = {"red", "green", "blue", "yellow", "black", "white", "orange"};
    String[] things = {"cup", "sun", "moon", "apple", "window", "bird", "lamp", "leaf", "ship"};
    return "a %s %s %s number %d"
        .formatted(
            sizes[seed % sizes.length],
            colors[seed % colors.length],
            things[seed % things.length],
            seed);
  }
}
