package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.media.generate.NextTokens;
import io.demitasse.media.wired.Loop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part in the midst of a text. What it knows of the tokens so far are its caches, which stay in
 * the runtime's memory from step to step: the runtime writes what comes of a step where the next
 * reads it.
 */
final class CachedDecoder implements NextTokens {
  private static final int ALIGNMENT = 64;

  private final DecoderParts decoder;
  private final Program.Parts parts;
  private final Map<String, Tensor> given;
  private final Map<String, Tensor> caches = new LinkedHashMap<>();
  private long[][] seen = {{}};
  private long cached;
  private boolean begun;

  /**
   * @param given inputs that are the same in all steps, of one row
   */
  CachedDecoder(DecoderParts decoder, Program.Parts parts, Map<String, Tensor> given) {
    this.decoder = decoder;
    this.parts = parts;
    this.given = new HashMap<>(given);
  }

  /** Where a part takes one token at a time, several go one after the other. */
  @Override
  public float[][] after(long[][] tokens) {
    int count = tokens[0].length;
    if (count == 1 || !decoder.first().takesOneToken()) {
      return step(tokens);
    }
    float[][] logits = {};
    for (int place = 0; place < count; place++) {
      int at = place;
      logits = step(Arrays.stream(tokens).map(row -> new long[] {row[at]}).toArray(long[][]::new));
    }
    return logits;
  }

  /** What the part gives for the first tokens. */
  Map<String, Tensor> outputs(long[][] tokens) {
    return parts.run(decoder.part(false), inputs(tokens));
  }

  private float[][] step(long[][] tokens) {
    Loop loop = decoder.loop();
    seen = appended(seen, tokens);
    boolean anew = loop.caches().isEmpty();
    long[][] fed = anew ? seen : tokens;
    Map<String, Tensor> inputs = inputs(fed);
    Map<String, Tensor> outputs = parts.run(decoder.part(begun), inputs, sizes(fed[0].length));
    loop.caches().forEach((input, output) -> caches.put(input, taken(outputs, output)));
    if (!begun) {
      loop.fixed().forEach((input, output) -> caches.put(input, taken(outputs, output)));
    }
    cached = anew ? 0 : cached + fed[0].length;
    begun = true;
    return DecoderParts.last(taken(outputs, loop.logits()));
  }

  private static Tensor taken(Map<String, Tensor> outputs, String name) {
    Tensor output = outputs.get(name);
    if (output == null) {
      throw new IllegalStateException("no output '" + name + "' among " + outputs.keySet());
    }
    return output;
  }

  private static long[][] appended(long[][] rows, long[][] tokens) {
    long[][] all = new long[tokens.length][];
    for (int row = 0; row < tokens.length; row++) {
      long[] before = rows[row];
      all[row] = Arrays.copyOf(before, before.length + tokens[row].length);
      System.arraycopy(tokens[row], 0, all[row], before.length, tokens[row].length);
    }
    return all;
  }

  private Map<String, Tensor> inputs(long[][] fed) {
    Loop loop = decoder.loop();
    int rows = fed.length;
    Map<String, Tensor> inputs = new LinkedHashMap<>(given);
    inputs.put(loop.tokens(), longs(fed));
    if (loop.mask() != null) {
      inputs.put(loop.mask(), ones(rows, cached + fed[0].length));
    }
    if (loop.positions() != null) {
      inputs.put(loop.positions(), places(rows, cached, fed[0].length));
    }
    if (loop.branch() != null) {
      inputs.put(loop.branch(), Tensor.ofNumbers(DataType.BOOL, new long[] {1}, begun ? 1 : 0));
    }
    decoder
        .forms(begun)
        .forEach(
            (input, form) ->
                inputs.put(input, caches.computeIfAbsent(input, _ -> form.empty(rows))));
    return decoder.inputs(begun).fit(inputs);
  }

  /** A step with a cache makes it longer by as many tokens; what the first makes is not known. */
  private Map<String, long[]> sizes(int by) {
    Map<String, long[]> sizes = new HashMap<>();
    if (begun) {
      decoder
          .forms(true)
          .forEach(
              (input, form) -> {
                String output = decoder.loop().caches().get(input);
                Tensor cache = caches.get(input);
                if (output != null && cache != null) {
                  sizes.put(output, form.grown(cache, by));
                }
              });
    }
    return sizes;
  }

  private static Tensor longs(long[][] rows) {
    long[] all = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    return Tensor.ofLongs(new long[] {rows.length, rows[0].length}, all);
  }

  private static Tensor ones(int rows, long count) {
    long[] ones = new long[Math.toIntExact(rows * count)];
    Arrays.fill(ones, 1);
    return Tensor.ofLongs(new long[] {rows, count}, ones);
  }

  private static Tensor places(int rows, long from, int count) {
    long[] places = new long[rows * count];
    Arrays.setAll(places, i -> from + i % count);
    return Tensor.ofLongs(new long[] {rows, count}, places);
  }

  @Override
  public void keep(int[] rows) {
    long[][] before = seen;
    seen = Arrays.stream(rows).mapToObj(row -> before[row]).toArray(long[][]::new);
    Map<String, String> changing = decoder.loop().caches();
    caches.replaceAll(
        (input, cache) ->
            changing.containsKey(input) ? chosen(cache, rows) : asMany(cache, before.length, rows));
    given.replaceAll((_, tensor) -> asMany(tensor, before.length, rows));
  }

  /**
   * What is the same in all rows is copied where there are more or fewer of them, and never moved.
   */
  private static Tensor asMany(Tensor tensor, int before, int[] rows) {
    return tensor.rank() > 0 && tensor.size(0) == before && rows.length != before
        ? chosen(tensor, rows)
        : tensor;
  }

  /** Rows of a tensor in native memory, so that no further copy is made of them. */
  private static Tensor chosen(Tensor tensor, int[] rows) {
    if (isAll(rows, tensor.size(0))) {
      return tensor;
    }
    long row = tensor.byteSize() / tensor.size(0);
    MemorySegment from = tensor.bytes();
    MemorySegment to = Arena.ofAuto().allocate(row * rows.length, ALIGNMENT);
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(from, rows[i] * row, to, i * row, row);
    }
    long[] sizes = tensor.sizes().clone();
    sizes[0] = rows.length;
    return Tensor.of(tensor.dataType(), sizes, to);
  }

  private static boolean isAll(int[] rows, long count) {
    boolean inOrder = rows.length == count;
    for (int i = 0; i < rows.length && inOrder; i++) {
      inOrder = rows[i] == i;
    }
    return inOrder;
  }
}
