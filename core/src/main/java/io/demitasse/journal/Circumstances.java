package io.demitasse.journal;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.Sha256;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * What answers depend on beside their questions: measured under other circumstances, they would be
 * others.
 *
 * @param version of Demitasse
 * @param source fingerprint of the original's files
 * @param task with its options
 * @param data fingerprint of the samples
 * @param runtime with its version
 * @param machine processor, system and memory
 * @param timing how long is timed
 */
public record Circumstances(
    String version,
    String source,
    String task,
    String data,
    String runtime,
    String machine,
    int threads,
    String timing,
    long seed) {

  /**
   * A fingerprint of samples: of their order, names and content, of files as far as size and time.
   */
  public static String data(Samples... all) {
    StringBuilder text = new StringBuilder();
    for (Samples samples : all) {
      text.append(samples.name()).append('\n');
      for (int i = 0; i < samples.size(); i++) {
        text.append(described(samples.get(i))).append('\n');
      }
    }
    return Sha256.of(text.toString());
  }

  private static String described(Sample sample) {
    return given(sample) + all(sample.fields().values());
  }

  private static String given(Sample sample) {
    return switch (sample) {
      case Sample.Text(String id, String text, Fields _) -> id + " " + text;
      case Sample.File(String id, Path path, Fields _) -> {
        File file = path.toFile();
        yield id + " " + path + " " + file.length() + " " + file.lastModified();
      }
      case Sample.Tensors(String id, Map<String, Tensor> inputs, Fields _) -> id + all(inputs);
    };
  }

  private static String all(Map<String, Tensor> tensors) {
    StringBuilder text = new StringBuilder();
    tensors.forEach((name, tensor) -> text.append(' ').append(name).append(content(tensor)));
    return text.toString();
  }

  private static String content(Tensor tensor) {
    CRC32C sum = new CRC32C();
    if (tensor.dataType() == DataType.STRING) {
      tensor.strings().forEach(sum::update);
    } else {
      sum.update(tensor.bytes().asByteBuffer());
    }
    return tensor + " " + sum.getValue();
  }

  /** What differs, each with what it was and what it is; empty when nothing does. */
  List<String> differences(Circumstances now) {
    Map<String, Object> was = named();
    return now.named().entrySet().stream()
        .filter(each -> !Objects.equals(each.getValue(), was.get(each.getKey())))
        .map(
            each ->
                each.getKey() + " was " + was.get(each.getKey()) + ", now it is " + each.getValue())
        .toList();
  }

  private Map<String, Object> named() {
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("the version", version);
    named.put("the original", source);
    named.put("the task", task);
    named.put("the data", data);
    named.put("the runtime", runtime);
    named.put("the machine", machine);
    named.put("the number of threads", threads);
    named.put("the timing", timing);
    named.put("the seed", seed);
    return named;
  }
}
