package io.demitasse.passes.quantize;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Quantizes a float tensor to 8 bits with one scale a channel: yields the integers, the scales and,
 * unless symmetric, the zero points.
 *
 * <p>The source is seen as [outer, channels, inner] and read twice, once for the ranges and once to
 * round, in runs of at most {@value #RUN} numbers of one channel, or in rows of one number of each
 * channel where the channels are last.
 */
final class ChannelQuantization implements Computation {
  private static final int RUN = 1 << 16;

  /** Channels whose integers are held together while they are written transposed. */
  private static final int TILE = 64;

  private final Tensor source;
  private final LinearQuantizer quantizer;
  private final Layout layout;
  private final float[] leastScales;
  private final long outer;
  private final int channels;
  private final long inner;

  /**
   * Where the channels are and how the results lie.
   *
   * @param axis axis of the channels, not negative
   * @param oneScale whether all channels share one scale
   * @param transposed whether the integers of a matrix are written with the axes exchanged; the
   *     channels are its rows
   * @param scaleSizes sizes of the scales
   */
  record Layout(int axis, boolean oneScale, boolean transposed, List<Long> scaleSizes) {

    /** A vector of one scale for each index of an axis, or a scalar for all. */
    static Layout along(int axis, boolean oneScale, Tensor tensor) {
      int positive = Math.floorMod(axis, tensor.rank());
      return new Layout(
          positive, oneScale, false, oneScale ? List.of() : List.of(tensor.size(positive)));
    }

    /** A column of one scale for each row of a table. */
    static Layout rows(Tensor table) {
      return new Layout(0, false, false, List.of(table.size(0), 1L));
    }

    Layout transpose() {
      return new Layout(axis, oneScale, true, scaleSizes);
    }
  }

  /**
   * @param source floats, all finite
   */
  ChannelQuantization(Tensor source, LinearQuantizer quantizer, Layout layout) {
    this(source, quantizer, layout, new float[0]);
  }

  /**
   * @param leastScales the least scale of each channel, which is the scale of one that is all zero;
   *     none for no limits
   */
  ChannelQuantization(
      Tensor source, LinearQuantizer quantizer, Layout layout, float[] leastScales) {
    long[] sizes = source.sizes();
    if (layout.transposed && (sizes.length != 2 || layout.axis != 0)) {
      throw new IllegalArgumentException(
          "only a matrix with channels as rows is transposed, got " + source);
    }
    this.source = source;
    this.quantizer = quantizer;
    this.layout = layout;
    this.leastScales = leastScales.clone();
    this.outer = product(sizes, 0, layout.axis);
    this.channels = Math.toIntExact(sizes[layout.axis]);
    this.inner = product(sizes, layout.axis + 1, sizes.length);
  }

  private static long product(long[] sizes, int from, int to) {
    return LongStream.of(Arrays.copyOfRange(sizes, from, to)).reduce(1, Math::multiplyExact);
  }

  @Override
  public List<Result> results() {
    long[] sizes = source.sizes();
    Result integers =
        layout.transposed
            ? Result.of(quantizer.dataType(), sizes[1], sizes[0])
            : Result.of(quantizer.dataType(), sizes);
    List<Result> results =
        new ArrayList<>(List.of(integers, new Result(DataType.FLOAT, layout.scaleSizes)));
    if (!quantizer.symmetric()) {
      results.add(new Result(quantizer.dataType(), layout.scaleSizes));
    }
    return results;
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    MemorySegment floats = source.bytes();
    Grid[] grids = grids(floats);
    if (layout.transposed) {
      roundTransposed(floats, grids, destinations.get(0));
    } else if (inner == 1) {
      roundRows(floats, grids, destinations.get(0));
    } else {
      roundRuns(floats, grids, destinations.get(0));
    }
    int scales = layout.oneScale ? 1 : channels;
    for (int c = 0; c < scales; c++) {
      destinations.get(1).setAtIndex(Tensor.F32, c, grids[c].scale());
      if (!quantizer.symmetric()) {
        destinations.get(2).set(JAVA_BYTE, c, (byte) grids[c].zero());
      }
    }
  }

  private Grid[] grids(MemorySegment floats) {
    float[] low = new float[channels];
    float[] high = new float[channels];
    ranges(floats, low, high);
    Grid[] grids = new Grid[channels];
    Arrays.setAll(grids, c -> quantizer.grid(low[c], high[c]));
    for (int c = 0; c < leastScales.length; c++) {
      boolean zero = low[c] == high[c] && leastScales[c] > 0;
      if (zero || grids[c].scale() < leastScales[c]) {
        grids[c] = new Grid(Math.max(leastScales[c], Float.MIN_NORMAL), grids[c].zero());
      }
    }
    return grids;
  }

  /** The scale of each channel by its numbers alone; 0 where all are zero. */
  float[] ownScales() {
    float[] low = new float[channels];
    float[] high = new float[channels];
    ranges(source.bytes(), low, high);
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = low[c] == high[c] ? 0 : quantizer.grid(low[c], high[c]).scale();
    }
    return scales;
  }

  private void ranges(MemorySegment floats, float[] low, float[] high) {
    if (inner == 1) {
      rangesOfRows(floats, low, high);
    } else {
      rangesOfRuns(floats, low, high);
    }
    if (layout.oneScale) {
      float least = 0;
      float greatest = 0;
      for (int c = 0; c < channels; c++) {
        least = Math.min(least, low[c]);
        greatest = Math.max(greatest, high[c]);
      }
      Arrays.fill(low, least);
      Arrays.fill(high, greatest);
    }
  }

  private void rangesOfRows(MemorySegment floats, float[] low, float[] high) {
    float[] row = new float[channels];
    for (long o = 0; o < outer; o++) {
      MemorySegment.copy(floats, Tensor.F32, 4 * o * channels, row, 0, channels);
      for (int c = 0; c < row.length; c++) {
        low[c] = Math.min(low[c], row[c]);
        high[c] = Math.max(high[c], row[c]);
      }
    }
  }

  private void rangesOfRuns(MemorySegment floats, float[] low, float[] high) {
    float[] run = new float[(int) Math.min(inner, RUN)];
    for (long oc = 0; oc < outer * channels; oc++) {
      int c = (int) (oc % channels);
      for (long i = 0; i < inner; i += run.length) {
        int count = (int) Math.min(run.length, inner - i);
        MemorySegment.copy(floats, Tensor.F32, 4 * (oc * inner + i), run, 0, count);
        float least = low[c];
        float greatest = high[c];
        for (int k = 0; k < count; k++) {
          least = Math.min(least, run[k]);
          greatest = Math.max(greatest, run[k]);
        }
        low[c] = least;
        high[c] = greatest;
      }
    }
  }

  private void roundRows(MemorySegment floats, Grid[] grids, MemorySegment integers) {
    float[] row = new float[channels];
    byte[] rounded = new byte[channels];
    float[] inverses = new float[channels];
    int[] zeros = new int[channels];
    for (int c = 0; c < channels; c++) {
      inverses[c] = 1 / grids[c].scale();
      zeros[c] = grids[c].zero();
    }
    for (long o = 0; o < outer; o++) {
      MemorySegment.copy(floats, Tensor.F32, 4 * o * channels, row, 0, channels);
      quantizer.quantizeEach(row, inverses, zeros, rounded);
      MemorySegment.copy(rounded, 0, integers, JAVA_BYTE, o * channels, channels);
    }
  }

  private void roundRuns(MemorySegment floats, Grid[] grids, MemorySegment integers) {
    float[] run = new float[(int) Math.min(inner, RUN)];
    byte[] rounded = new byte[run.length];
    for (long oc = 0; oc < outer * channels; oc++) {
      Grid grid = grids[(int) (oc % channels)];
      for (long i = 0; i < inner; i += run.length) {
        int count = (int) Math.min(run.length, inner - i);
        MemorySegment.copy(floats, Tensor.F32, 4 * (oc * inner + i), run, 0, count);
        quantizer.quantize(run, count, grid, rounded);
        MemorySegment.copy(rounded, 0, integers, JAVA_BYTE, oc * inner + i, count);
      }
    }
  }

  /** Writes [inner, channels] in tiles of channels by runs of inner. */
  private void roundTransposed(MemorySegment floats, Grid[] grids, MemorySegment integers) {
    int length = (int) Math.min(inner, RUN / TILE);
    float[] run = new float[length];
    byte[] rounded = new byte[length];
    byte[] tile = new byte[length * TILE];
    for (int first = 0; first < channels; first += TILE) {
      int width = Math.min(TILE, channels - first);
      for (long i = 0; i < inner; i += length) {
        int count = (int) Math.min(length, inner - i);
        for (int c = 0; c < width; c++) {
          MemorySegment.copy(floats, Tensor.F32, 4 * ((first + c) * inner + i), run, 0, count);
          quantizer.quantize(run, count, grids[first + c], rounded);
          for (int k = 0; k < count; k++) {
            tile[k * width + c] = rounded[k];
          }
        }
        for (int k = 0; k < count; k++) {
          MemorySegment.copy(
              tile, k * width, integers, JAVA_BYTE, (i + k) * channels + first, width);
        }
      }
    }
  }
}
