package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.ir.Tensor;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.Reader;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A layer that reads the units of a group, as a matrix with a row for each channel that it
 * multiplies, with what was seen of those channels.
 *
 * <p>Behind a Flatten a layer reads each channel at many places, side by side. There the matrix has
 * one row a channel, and a channel is taken over for by others in the same way at all places, as in
 * a convolution:
 *
 * <pre>
 *   [N,64,5,5] ─ Flatten ─ [N,1600] ─ MatMul [1600,10]      64 rows of 25 · 10 weights, 25 · N samples
 * </pre>
 *
 * <p>Weights of their own for each place would be 1600 unknowns, and from 256 samples any channel
 * seems to follow exactly from the others: what is left out would look as if it cost nothing.
 */
final class ReadLayer {
  private final Reader reader;
  private final Gram gram;
  private final int[][] rows;
  private final int[][] units;

  /**
   * @param rows for each row of the matrix the channels that it stands for
   * @param units for each unit of the group its rows
   */
  private ReadLayer(Reader reader, Gram gram, int[][] rows, int[][] units) {
    this.reader = reader;
    this.gram = gram;
    this.rows = rows;
    this.units = units;
  }

  /**
   * A layer as it is.
   *
   * @param gram of what it reads, channel by channel
   */
  static ReadLayer of(ChannelGroup group, Reader reader, Gram gram) {
    int[][] channels =
        IntStream.range(0, group.units())
            .mapToObj(unit -> reader.data().map().gather(unit))
            .toArray(int[][]::new);
    int[][] each = single(IntStream.range(0, gram.channels()));
    return arePlaces(group, channels, gram.channels())
        ? new ReadLayer(
            reader, gram.pooled(channels), channels, single(IntStream.range(0, group.units())))
        : new ReadLayer(reader, gram, each, channels);
  }

  /** Whether what a unit has here is one channel at several places, and nothing else is read. */
  private static boolean arePlaces(ChannelGroup group, int[][] channels, int all) {
    int places = channels[0].length;
    return places > 1
        && UnitKind.size(group) == 1
        && Arrays.stream(channels).allMatch(unit -> unit.length == places)
        && places * channels.length == all;
  }

  private static int[][] single(IntStream numbers) {
    return numbers.mapToObj(number -> new int[] {number}).toArray(int[][]::new);
  }

  /** Of all rows. */
  Gram gram() {
    return gram;
  }

  /** What the layer reads, for messages. */
  String name() {
    return reader.data().dimension().value().name();
  }

  /** The rows of each unit. */
  int[][] units() {
    return units;
  }

  /** The rows of some units. */
  int[] rows(int... some) {
    return Arrays.stream(some).flatMap(unit -> Arrays.stream(units[unit])).toArray();
  }

  /** The matrix, which is the caller's. */
  double[][] weights() {
    double[][] channels = reader.rows();
    double[][] weights = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      weights[i] =
          Arrays.stream(rows[i])
              .mapToObj(channel -> channels[channel])
              .flatMapToDouble(Arrays::stream)
              .toArray();
    }
    return weights;
  }

  /** The weight of the layer with such a matrix. */
  Tensor tensor(double[][] weights) {
    double[][] channels = new double[rows.length * rows[0].length][];
    for (int i = 0; i < rows.length; i++) {
      int length = weights[i].length / rows[i].length;
      for (int place = 0; place < rows[i].length; place++) {
        channels[rows[i][place]] =
            Arrays.copyOfRange(weights[i], place * length, (place + 1) * length);
      }
    }
    return reader.tensor(channels);
  }
}
