package io.demitasse.ops;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an operator is called, over all versions of the operator set together: what some version
 * takes is taken here.
 *
 * @param fewestInputs inputs that must be there, the first ones
 * @param mostInputs inputs there may be, or {@link #MANY}
 * @param fewestOutputs outputs that must be there, the first ones
 * @param mostOutputs outputs there may be, or {@link #MANY}
 * @param places inputs that hold sizes, axes or indices, as 32 or 64-bit integers
 * @param ranks the fewest axes of inputs that must have some, by position
 * @param attributes attributes that no version does without
 */
record Signature(
    int fewestInputs,
    int mostInputs,
    int fewestOutputs,
    int mostOutputs,
    List<Integer> places,
    Map<Integer, Integer> ranks,
    List<String> attributes) {

  /** As many as one likes. */
  static final int MANY = Integer.MAX_VALUE;

  static Signature takes(int fewest, int most) {
    return new Signature(fewest, most, 1, 1, List.of(), Map.of(), List.of());
  }

  static Signature takes(int inputs) {
    return takes(inputs, inputs);
  }

  static Signature takesAtLeast(int inputs) {
    return takes(inputs, MANY);
  }

  Signature gives(int fewest, int most) {
    return new Signature(fewestInputs, mostInputs, fewest, most, places, ranks, attributes);
  }

  Signature places(Integer... inputs) {
    List<Integer> all = List.copyOf(Arrays.asList(inputs));
    return new Signature(
        fewestInputs, mostInputs, fewestOutputs, mostOutputs, all, ranks, attributes);
  }

  Signature rank(int input, int fewest) {
    Map<Integer, Integer> all = new TreeMap<>(ranks);
    all.put(input, fewest);
    return new Signature(
        fewestInputs, mostInputs, fewestOutputs, mostOutputs, places, all, attributes);
  }

  Signature needs(String... names) {
    return new Signature(
        fewestInputs, mostInputs, fewestOutputs, mostOutputs, places, ranks, List.of(names));
  }

  /** How many of something are taken, in words. */
  static String count(int fewest, int most, String what) {
    String number =
        most == MANY
            ? "at least " + fewest
            : fewest == most ? Integer.toString(most) : fewest + " to " + most;
    boolean one = most == 1 || (most == MANY && fewest == 1);
    return number + " " + what + (one ? "" : "s");
  }
}
