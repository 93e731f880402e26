package io.demitasse.passes.tune;

import io.demitasse.augment.Augmentation;
import io.demitasse.augment.ColorJitter;
import io.demitasse.augment.Crop;
import io.demitasse.augment.Flip;
import io.demitasse.augment.Noise;
import io.demitasse.augment.Spans;
import io.demitasse.augment.Speed;
import io.demitasse.augment.TokenInput;
import io.demitasse.augment.WordDropout;
import io.demitasse.data.SpecialTokens;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.pass.Option;
import io.demitasse.train.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How examples are varied while a model learns from them: the options that several passes share.
 * All are off unless they are asked for, and what judges is never varied.
 */
public record Augmenting(
    @Option(
            doc = "How far pictures are moved at most, in each direction",
            value = "0",
            unit = "pixels")
        int crop,
    @Option(doc = "Exchange left and right in half of the pictures", value = "false") boolean flip,
    @Option(
            doc = "Share by which brightness, contrast and saturation of pictures change at most",
            value = "0")
        double color,
    @Option(doc = "Standard deviation of noise on inputs of floats, in their unit", value = "0")
        double noise,
    @Option(doc = "Share by which sound is played faster or slower at most", value = "0")
        double speed,
    @Option(
            doc = "Bands that are blotted out along each of the last two axes of spectrograms",
            value = "0")
        int spans,
    @Option(doc = "Share of its axis that the widest of these bands takes", value = "0.1")
        double spanWidth,
    @Option(doc = "Share of the tokens that are dropped", value = "0") double wordDropout,
    @Option(
            doc = "The token that dropped ones become; -1 for the unknown one of the tokenizer",
            value = "-1")
        long unknownToken,
    @Option(
            doc = "Numbers of tokens that never change; none for those that the tokenizer has",
            value = "")
        List<String> specialTokens,
    @Option(doc = "Inputs that are varied; none for all of fitting type and shape", value = "")
        List<String> varied) {

  private static final double HALF = .5;

  public Augmenting {
    specialTokens = List.copyOf(specialTokens);
    varied = List.copyOf(varied);
    Descent.require(crop >= 0, "crop must be at least 0", crop);
    Descent.require(color >= 0 && color <= 1, "color must be from 0 to 1", color);
    Descent.require(noise >= 0 && Double.isFinite(noise), "noise must be at least 0", noise);
    Descent.require(speed >= 0 && speed < 1, "speed must be from 0 to below 1", speed);
    Descent.require(spans >= 0, "spans must be at least 0", spans);
    Descent.require(spanWidth >= 0 && spanWidth <= 1, "span-width must be from 0 to 1", spanWidth);
    Descent.require(
        wordDropout >= 0 && wordDropout <= 1, "word-dropout must be from 0 to 1", wordDropout);
    Descent.require(unknownToken >= -1, "unknown-token must be a token or -1", unknownToken);
    specialTokens.forEach(
        token ->
            Descent.require(
                token.matches("\\d{1,9}"), "special-tokens must be whole numbers", token));
  }

  /** Whether nothing is varied. */
  boolean isNone() {
    return crop == 0
        && !flip
        && color == 0
        && noise == 0
        && speed == 0
        && spans == 0
        && wordDropout == 0;
  }

  /**
   * What examples are varied by.
   *
   * @throws DemitasseException (bad request) where something is asked for that fits no input, or a
   *     token is not known
   */
  Augmentation of(Model model, TrainingData data) {
    if (isNone()) {
      return Augmentation.NONE;
    }
    FittingInputs inputs = FittingInputs.of(model, data, varied);
    List<Augmentation> steps = new ArrayList<>();
    steps.addAll(ofPictures(inputs));
    steps.addAll(ofSounds(inputs));
    if (wordDropout > 0) {
      for (String input : inputs.tokens("word-dropout")) {
        long unknown = inputs.known("unknown-token", unknown(data), input);
        steps.add(new WordDropout(tokens(input, data), wordDropout, unknown));
      }
    }
    return Augmentation.all(steps);
  }

  private List<Augmentation> ofPictures(FittingInputs inputs) {
    List<Augmentation> steps = new ArrayList<>();
    if (crop > 0) {
      inputs.pictures("crop").forEach(input -> steps.add(new Crop(input, crop)));
    }
    if (flip) {
      inputs.pictures("flip").forEach(input -> steps.add(new Flip(input, HALF)));
    }
    if (color > 0) {
      inputs.pictures("color").forEach(in -> steps.add(new ColorJitter(in, color, color, color)));
    }
    return steps;
  }

  /** Noise is for pictures, too, and comes before anything is blotted out. */
  private List<Augmentation> ofSounds(FittingInputs inputs) {
    List<Augmentation> steps = new ArrayList<>();
    if (speed > 0) {
      inputs.waves("speed").forEach(input -> steps.add(new Speed(input, 1 - speed, 1 + speed)));
    }
    if (noise > 0) {
      inputs.floats("noise").forEach(input -> steps.add(new Noise(input, noise)));
    }
    if (spans > 0) {
      for (String input : inputs.spectrograms("spans")) {
        steps.add(new Spans(input, -2, spans, spanWidth));
        steps.add(new Spans(input, -1, spans, spanWidth));
      }
    }
    return steps;
  }

  /** Tokens of an input, of which special ones and padding never change. */
  TokenInput tokens(String input, TrainingData data) {
    Set<Long> kept =
        specialTokens.isEmpty()
            ? data.specialTokens().map(SpecialTokens::all).orElseGet(Set::of)
            : specialTokens.stream().map(Long::valueOf).collect(Collectors.toSet());
    return new TokenInput(input, TrainingData.ATTENTION_MASK, kept);
  }

  private long unknown(TrainingData data) {
    return unknownToken >= 0
        ? unknownToken
        : data.specialTokens()
            .map(SpecialTokens::unknown)
            .orElseGet(OptionalLong::empty)
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "Nobody knows what dropped tokens become: the data come without a tokenizer"
                            + " that has an unknown token. Say its number, as in unknown-token:"
                            + " 100."));
  }
}
