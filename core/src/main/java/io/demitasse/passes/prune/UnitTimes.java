package io.demitasse.passes.prune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.GroupExcerpt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How long what the units of groups go through takes, with all of them and with fewer and fewer. A
 * kernel likes some numbers of channels more than others, so that is measured and not assumed:
 *
 * <pre>
 *   64 units: 1.00 ms    56: .93 ms    48: .74 ms    40: .75 ms    32: .52 ms ...
 * </pre>
 *
 * <p>Units go from one of these numbers to another, so that they do not stop where nothing is won.
 */
final class UnitTimes {
  /** At how many numbers of units time is measured, at most. */
  private static final int NUMBERS = 8;

  /** What is measured of a model. */
  interface Timer {
    /**
     * Milliseconds of one run of each, taken in turns, so that what disturbs one disturbs all.
     *
     * @param models of which the inputs have fixed sizes
     */
    double[] milliseconds(List<Model> models);
  }

  /**
   * What a group takes.
   *
   * @param gone how many units are gone, rising from 0
   * @param milliseconds how long it takes then
   */
  private record Measured(int[] gone, double[] milliseconds) {}

  private final Timer timer;
  private final int multiple;
  private final Map<ChannelGroup, Measured> times = new LinkedHashMap<>();

  /**
   * Nothing is known yet.
   *
   * @param multiple how many units stay is a multiple of this
   */
  UnitTimes(Timer timer, int multiple) {
    this.timer = timer;
    this.multiple = multiple;
  }

  /**
   * Measures a group. One stays unknown that does not run by itself, as where sizes that it is
   * given are computed elsewhere in the model.
   *
   * @param order in which units go, as many as may
   */
  void measure(ChannelGroup group, GroupExcerpt excerpt, int... order) {
    int[] gone = numbers(group.units(), order.length);
    List<Model> models = new ArrayList<>();
    for (int count : gone) {
      models.add(excerpt.without(IntStream.of(order).limit(count).toArray()));
    }
    try {
      times.put(group, new Measured(gone, timer.milliseconds(models)));
    } catch (DemitasseException e) {
      if (e.kind() != DemitasseException.Kind.BACKEND_FAILED) {
        throw e;
      }
    }
  }

  /** How many units may be gone, evenly from none to the most. */
  private int[] numbers(int units, int most) {
    int step = Math.max(multiple, Math.ceilDiv(units, NUMBERS));
    int even = step > NUMBERS ? Math.ceilDiv(step, NUMBERS) * NUMBERS : step;
    IntStream kept =
        IntStream.iterate(units - 1, count -> count >= units - most, count -> count - 1);
    return IntStream.concat(
            IntStream.of(0), kept.filter(count -> count % even == 0).map(count -> units - count))
        .toArray();
  }

  /** Whether a group was measured. */
  boolean knows(ChannelGroup group) {
    return times.containsKey(group);
  }

  /** How many units may go next of a group, at once, once so many have gone; each rising. */
  int[] next(ChannelGroup group, int gone) {
    return IntStream.of(of(group).gone())
        .filter(count -> count > gone)
        .map(count -> count - gone)
        .toArray();
  }

  /** The share of what a group takes that is saved where so many go after so many have gone. */
  double saved(ChannelGroup group, int gone, int next) {
    Measured measured = of(group);
    double before = at(measured, gone);
    return (before - at(measured, gone + next)) / measured.milliseconds()[0];
  }

  /** What a group takes as it is, in milliseconds. */
  double whole(ChannelGroup group) {
    return of(group).milliseconds()[0];
  }

  private static double at(Measured measured, int gone) {
    for (int i = 0; i < measured.gone().length; i++) {
      if (measured.gone()[i] == gone) {
        return measured.milliseconds()[i];
      }
    }
    throw new IllegalStateException("not measured with " + gone + " units gone");
  }

  private Measured of(ChannelGroup group) {
    Measured measured = times.get(group);
    if (measured == null) {
      throw new IllegalStateException("not measured: " + group.id());
    }
    return measured;
  }
}
