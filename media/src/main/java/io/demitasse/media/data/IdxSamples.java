package io.demitasse.media.data;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.data.FieldNames.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Gray pictures with labels as the MNIST database has them (LeCun, Cortes, Burges, 1998): {@code
 * train-images-idx3-ubyte} beside {@code train-labels-idx1-ubyte}, {@code t10k-...} to judge by,
 * each of them perhaps compressed ({@code .gz}). Numbers are scaled to 0 to 1 where the model's
 * only input is of floating-point numbers.
 *
 * @param name such as {@code train}
 */
record IdxSamples(String name, IdxArray pictures, IdxArray labels, DeclaredInputs inputs) {
  private static final Pattern PICTURES = Pattern.compile("(.*?)[-.]?images[-.]idx3-ubyte(\\.gz)?");

  /** Whether there are such pictures: a file of them, or a folder with some. */
  static boolean areAt(Path path) {
    return !files(path).isEmpty();
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return isOne(path) && Files.isRegularFile(path) ? List.of(path) : List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> isOne(file) && Files.isRegularFile(file)).sorted().toList();
    } catch (IOException e) {
      throw LineSamples.cannotRead(path, e);
    }
  }

  private static boolean isOne(Path file) {
    return PICTURES.matcher(String.valueOf(file.getFileName())).matches();
  }

  /**
   * Opens pictures.
   *
   * @param path where {@link #areAt there are some}
   * @throws DemitasseException (bad request) when they cannot be read, have no labels beside them,
   *     or the model takes none
   */
  static Dataset open(Path path, SampleKinds kinds) {
    List<IdxSamples> all = files(path).stream().map(file -> of(file, kinds.tensors())).toList();
    List<Integer> starts = new ArrayList<>();
    LoadedSamples.Tally tally = new LoadedSamples.Tally(path.toString());
    int count = 0;
    for (IdxSamples each : all) {
      starts.add(count);
      count = Math.addExact(count, each.size());
      each.check(path);
    }
    for (int i = 0; i < count; i++) {
      tally.take();
    }
    Dataset samples =
        new Dataset(
            tally.finish(kinds.understood()),
            count,
            i -> all.get(part(starts, i)).sample(i - starts.get(part(starts, i))));
    List<Optional<Split>> splits = all.stream().map(IdxSamples::split).toList();
    return splits.stream().allMatch(Optional::isEmpty)
        ? samples
        : samples.declaring(i -> splits.get(part(starts, i)));
  }

  /** The last part that begins at a place or before it. */
  private static int part(List<Integer> starts, int place) {
    int part = starts.size() - 1;
    while (starts.get(part) > place) {
      part--;
    }
    return part;
  }

  private static IdxSamples of(Path file, DeclaredInputs inputs) {
    String name = String.valueOf(file.getFileName());
    Matcher matcher = PICTURES.matcher(name);
    String prefix = matcher.matches() ? matcher.group(1) : "";
    String plain = name.replaceFirst("\\.gz$", "");
    String labels = plain.replace("images", "labels").replace("idx3", "idx1");
    Path beside =
        Stream.of(labels, labels + ".gz")
            .map(file::resolveSibling)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "The labels of " + file + " are missing: put " + labels + " beside it."));
    IdxSamples samples =
        new IdxSamples(
            prefix.isEmpty() ? "picture" : prefix,
            IdxArray.read(file, 3),
            IdxArray.read(beside, 1),
            inputs);
    if (samples.size() != samples.labels.sizes()[0]) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s holds %,d pictures, but %s %,d labels: they do not belong together.",
              file,
              samples.size(),
              beside,
              samples.labels.sizes()[0]));
    }
    return samples;
  }

  private int size() {
    return pictures.sizes()[0];
  }

  /** All pictures are alike: what the model takes one of, it takes all of. */
  private void check(Path path) {
    try {
      Sample unused = sample(0);
    } catch (DemitasseException e) {
      throw new DemitasseException(e.kind(), "Cannot use " + path + ": " + Reason.of(e), e);
    }
  }

  private Optional<Split> split() {
    String last = name.substring(name.lastIndexOf('-') + 1);
    return last.equals("t10k") ? Optional.of(Split.JUDGE) : Split.named(last);
  }

  private Sample sample(int index) {
    List<DeclaredInputs.Input> required = inputs.required();
    if (required.size() != 1) {
      throw DemitasseException.badRequest(
          "it holds pictures, one input each, but the model needs " + inputs);
    }
    DeclaredInputs.Input input = required.getFirst();
    long label = labels.elements()[index] & 0xff;
    return new Sample.Tensors(
        name + " " + (index + 1),
        inputs.fit(Map.of(input.name(), picture(input, index))),
        Fields.NONE.with(Role.LABEL.field(), Tensor.scalar(label)));
  }

  private Tensor picture(DeclaredInputs.Input input, int index) {
    boolean scaled =
        !(input.type() instanceof ValueType.OfTensor(DataType type, Shape _))
            || type.isFloatingPoint();
    int stride = pictures.stride();
    int from = index * stride;
    if (!scaled) {
      byte[] own = java.util.Arrays.copyOfRange(pictures.elements(), from, from + stride);
      return Tensor.ofBytes(DataType.UINT8, sizes(input), own);
    }
    float[] values = new float[stride];
    for (int i = 0; i < stride; i++) {
      values[i] = (pictures.elements()[from + i] & 0xff) / 255f;
    }
    return Tensor.ofFloats(sizes(input), values);
  }

  /** As many dimensions as the input declares; the one of channels, which is 1, where it stands. */
  private long[] sizes(DeclaredInputs.Input input) {
    long rows = pictures.sizes()[1];
    long columns = pictures.sizes()[2];
    if (!(input.type() instanceof ValueType.OfTensor(DataType _, Shape shape)) || shape == null) {
      return new long[] {1, 1, rows, columns};
    }
    return switch (shape.rank()) {
      case 1 -> new long[] {rows * columns};
      case 2 -> new long[] {1, rows * columns};
      case 3 -> new long[] {1, rows, columns};
      default ->
          shape.dim(shape.rank() - 1) instanceof Dim.Fixed(long last) && last == 1
              ? new long[] {1, rows, columns, 1}
              : new long[] {1, 1, rows, columns};
    };
  }
}
