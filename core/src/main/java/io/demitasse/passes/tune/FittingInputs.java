package io.demitasse.passes.tune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.LookupTables;
import io.demitasse.train.TrainingData;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The inputs of a part that something can be done to, told by type and shape of what flows into
 * them.
 *
 * @param example the first one to learn from
 * @param named inputs that alone are meant; empty for all that fit
 */
record FittingInputs(Model model, Map<String, Tensor> example, List<String> named) {
  /** What exporters call other integers that come with tokens. */
  private static final Set<String> BESIDE_TOKENS =
      Set.of(TrainingData.ATTENTION_MASK, "token_type_ids", "position_ids");

  /**
   * More than these are no colors, but the height of a picture whose channels come last; and no
   * channels of a sound, but bands or moments of a spectrogram.
   */
  private static final int MOST_CHANNELS = 4;

  /**
   * The inputs of a part.
   *
   * @param named inputs that alone are meant; empty for all that fit
   * @throws DemitasseException (bad request) where there is no input of a name
   */
  static FittingInputs of(Model model, TrainingData data, List<String> named) {
    Map<String, Tensor> example = data.examples().get(0).inputs();
    for (String name : named) {
      if (!example.containsKey(name)) {
        throw DemitasseException.badRequest(
            "There is no input '" + name + "' to vary; the model takes " + told(example) + ".");
      }
    }
    return new FittingInputs(model, example, named);
  }

  List<String> pictures(String option) {
    return fitting(
        option,
        "pictures, float[N,C,H,W] of at most 4 channels",
        input -> isFloat(input, 4, 4) && (isNamed(input) || at(input).size(1) <= MOST_CHANNELS));
  }

  List<String> waves(String option) {
    return fitting(
        option,
        "sound, float[N,T] or float[N,C,T] of at most 4 channels",
        input -> isFloat(input, 2, 3) && (isNamed(input) || isOfChannels(input)));
  }

  /** More channels are features of a sound, which is not played faster by stretching them. */
  private boolean isOfChannels(String input) {
    return at(input).rank() == 2 || at(input).size(1) <= MOST_CHANNELS;
  }

  List<String> spectrograms(String option) {
    return fitting(option, "spectrograms, float[N,...,F,T]", input -> isFloat(input, 3, 9));
  }

  List<String> floats(String option) {
    return fitting(
        option,
        "floats with an axis for examples, such as float[N,T]",
        input -> isFloat(input, 2, 9) && !input.equals(TrainingData.ATTENTION_MASK));
  }

  /** Those that select rows of the largest table, unless they are named. */
  List<String> tokens(String option) {
    List<String> tokens =
        fitting(
            option,
            "tokens, int64[N,T], which select rows of a table",
            input ->
                at(input).dataType() == DataType.INT64
                    && at(input).rank() == 2
                    && (isNamed(input) || (!BESIDE_TOKENS.contains(input) && rows(input) > 0)));
    long most = tokens.stream().mapToLong(this::rows).max().orElse(0);
    return tokens.stream().filter(input -> isNamed(input) || rows(input) == most).toList();
  }

  /**
   * A token that takes the place of others.
   *
   * @param option that says which
   * @throws DemitasseException (bad request) where the table has no row for it
   */
  long known(String option, long token, String input) {
    long rows = rows(input);
    if (rows > 0 && token >= rows) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The token of '%s' is %d, and input '%s' selects from %,d, counted from 0. Give one"
                  + " of those.",
              option,
              token,
              input,
              rows));
    }
    return token;
  }

  private List<String> fitting(String option, String what, Predicate<String> fits) {
    List<String> fitting =
        example.keySet().stream()
            .filter(input -> named.isEmpty() || isNamed(input))
            .filter(fits)
            .toList();
    if (fitting.isEmpty()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "'%s' is for %s, and %s. Ask for something else, or let the step select the parts"
                  + " that it fits.",
              option,
              what,
              named.isEmpty()
                  ? "this part takes " + told(example)
                  : "none of " + named + " is that, of " + told(example)));
    }
    return fitting;
  }

  private boolean isNamed(String input) {
    return named.contains(input);
  }

  private Tensor at(String input) {
    return Objects.requireNonNull(example.get(input));
  }

  private boolean isFloat(String input, int fewest, int most) {
    Tensor tensor = at(input);
    return tensor.dataType() == DataType.FLOAT && tensor.rank() >= fewest && tensor.rank() <= most;
  }

  /** How many rows the table has that an input selects from; 0 where there is none. */
  long rows(String input) {
    return model.graph().inputs().stream()
        .filter(value -> value.name().equals(input))
        .flatMap((Value value) -> LookupTables.readBy(value).stream())
        .mapToLong(LookupTables::rows)
        .max()
        .orElse(0);
  }

  private static String told(Map<String, Tensor> example) {
    return example.entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue())
        .collect(Collectors.joining(", "));
  }
}
