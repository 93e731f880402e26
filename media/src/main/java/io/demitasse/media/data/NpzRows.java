package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.data.FieldNames.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of arrays that holds many samples: there is a label or score for each row of every input.
 * The arrays stay in memory.
 *
 * @param arrays by name, those of inputs by the names of these
 * @param rows how many samples there are
 */
record NpzRows(NamedValues values, Map<String, Tensor> arrays, int rows) {

  /**
   * Opens a file.
   *
   * @return empty when it holds one sample
   * @throws DemitasseException (bad request) when it cannot be read, or more than one row in ten is
   *     bad
   */
  static Optional<Dataset> open(Path file, NamedValues values) {
    Map<String, Tensor> arrays;
    try {
      arrays = values.named(Npz.read(file));
    } catch (IOException e) {
      throw LineSamples.cannotRead(file, e);
    } catch (DemitasseException e) {
      throw new DemitasseException(e.kind(), "Cannot use " + file + ": " + Reason.of(e), e);
    }
    return Stream.of(Role.LABEL, Role.SCORE)
        .flatMap(role -> values.names().find(role, arrays.keySet()).stream())
        .map(name -> Objects.requireNonNull(arrays.get(name)))
        .filter(target -> target.rank() > 0 && target.size(0) > 1)
        .findFirst()
        .map(target -> new NpzRows(values, arrays, Math.toIntExact(target.size(0))))
        .filter(NpzRows::isOfRows)
        .map(each -> each.dataset(file));
  }

  /** Whether every input has a row for each label, and the model takes them one by one. */
  private boolean isOfRows() {
    return values.kinds().tensors().required().stream()
        .allMatch(
            input -> {
              Tensor array = arrays.get(input.name());
              return array != null && hasRows(array) && !takesAll(input);
            });
  }

  private boolean hasRows(Tensor array) {
    return array.rank() > 0 && array.size(0) == rows;
  }

  private boolean takesAll(DeclaredInputs.Input input) {
    return input.type() instanceof ValueType.OfTensor(var _, Shape shape)
        && shape != null
        && shape.rank() > 0
        && shape.dim(0) instanceof Dim.Fixed(long size)
        && size == rows;
  }

  private Dataset dataset(Path file) {
    LoadedSamples.Tally tally = new LoadedSamples.Tally(file.toString());
    int[] usable = new int[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      try {
        Sample unused = sample(row);
        usable[count++] = row;
        tally.take();
      } catch (DemitasseException e) {
        tally.skip("row " + (row + 1), Reason.of(e));
      }
    }
    return new Dataset(tally.finish(values.kinds().understood()), count, i -> sample(usable[i]));
  }

  private Sample sample(int row) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          boolean input = values.kinds().tensors().find(name).isPresent();
          own.put(name, hasRows(array) ? row(array, row, input) : array);
        });
    return values.arrays("row " + (row + 1), own);
  }

  /**
   * One row of an array, which is not copied.
   *
   * @param batch whether its first dimension stays, as 1
   */
  private static Tensor row(Tensor array, int row, boolean batch) {
    long[] all = array.sizes();
    long[] sizes = new long[batch ? all.length : all.length - 1];
    System.arraycopy(all, 1, sizes, batch ? 1 : 0, all.length - 1);
    if (batch) {
      sizes[0] = 1;
    }
    long bytes = array.dataType().bytes(Tensor.elementCount(sizes));
    return Tensor.of(array.dataType(), sizes, array.bytes().asSlice(row * bytes, bytes));
  }
}
