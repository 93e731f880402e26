package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier of sounds that learns from a folder of a folder for each class. */
final class TuneSoundsTest {
  private static final int RATE = 22_050;

  @TempDir private Path folder;

  /** A tone of some pitch and phase in noise, of two channels. */
  private void write(String name, double hertz, Random random) throws IOException {
    int frames = RATE / 10;
    ByteBuffer bytes = ByteBuffer.allocate(4 * frames).order(ByteOrder.LITTLE_ENDIAN);
    double phase = random.nextDouble() * 2 * Math.PI;
    for (int i = 0; i < frames; i++) {
      double tone = .3 * Math.sin(phase + 2 * Math.PI * hertz * i / RATE);
      for (int channel = 0; channel < 2; channel++) {
        bytes.putShort((short) (32768 * (tone + .05 * random.nextGaussian())));
      }
    }
    Path file = folder.resolve("sounds").resolve(name);
    Files.createDirectories(file.getParent());
    AudioSystem.write(
        new AudioInputStream(
            new ByteArrayInputStream(bytes.array()),
            new AudioFormat(RATE, 16, 2, true, false),
            frames),
        AudioFileFormat.Type.WAVE,
        file.toFile());
  }

  @Test
  void highAndLowSoundsAreToldApart() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      write("high/" + i + ".wav", 2500 + 500 * random.nextDouble(), random);
      write("low/" + i + ".wav", 300 + 500 * random.nextDouble(), random);
    }
    Path model = folder.resolve("model.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                """
                ir 8, opset 17
                graph main(x: float[B,N]) -> (logits: float[B,2]) {
                  one = int64[1] {1}
                  w = float[8,1,16] ~ 5
                  v = float[8,2] ~ 6
                  wave = Unsqueeze(x, one)
                  c = Conv(wave, w) <strides=[4]>
                  energy = Mul(c, c)
                  mean = ReduceMean(energy) <axes=[2], keepdims=0>
                  logits = MatMul(mean, v)
                }
                """),
            model,
            ModelFormat.WriteOptions.DEFAULT);

    Invocation run =
        Invocation.of(
            "tune",
            model,
            "--data",
            folder.resolve("sounds"),
            "--task",
            "classification",
            "--timing",
            1,
            "--sound",
            "rate=8000",
            "--set",
            "rate=0.05",
            "--set",
            "epochs=15",
            "-o",
            folder.resolve("tuned.onnx"));

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString())
        .contains("✓ fine-tune")
        .containsPattern("top1 +0\\.\\d+ .* (0\\.9\\d+|1\\.0+) ");
  }
}
