package io.demitasse.cost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the processor can do, as far as number formats depend on it.
 *
 * @param name as the operating system tells it; "unknown" where it does not
 * @param architecture as Java names it, such as {@code amd64} or {@code aarch64}
 * @param known whether the features could be found out
 * @param features whether each feature is there, by the name people use
 */
public record Processor(
    String name, String architecture, boolean known, Map<String, Boolean> features) {

  /** Names that people use, and any of the flags by which Linux or macOS tell it. */
  private static final Map<String, List<String>> X86 = new LinkedHashMap<>();

  private static final Map<String, List<String>> ARM = new LinkedHashMap<>();

  static {
    X86.put("AVX2", List.of("avx2", "avx2.0"));
    X86.put("AVX-512", List.of("avx512f"));
    X86.put("VNNI", List.of("avx512_vnni", "avx_vnni", "avx512vnni"));
    X86.put("AMX int8", List.of("amx_int8"));
    ARM.put("NEON", List.of("asimd", "neon", "advsimd"));
    ARM.put("dot product", List.of("asimddp", "feat_dotprod"));
    ARM.put("int8 matrix", List.of("i8mm", "feat_i8mm"));
    ARM.put("SVE", List.of("sve", "feat_sve"));
  }

  public Processor {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
  }

  /** The processor of this machine. */
  public static Processor detect() {
    String architecture = System.getProperty("os.arch", "");
    String system = System.getProperty("os.name", "");
    if (Files.isReadable(CPUINFO)) {
      return ofLinux(architecture, read());
    }
    if (system.startsWith("Mac")) {
      return ofMac(architecture, asked("sysctl", "-a"));
    }
    String name = System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown");
    return new Processor(name, architecture, false, Map.of());
  }

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Whether a feature is known to be there. */
  public boolean has(String feature) {
    return features.getOrDefault(feature, false);
  }

  /**
   * Whether sums of two products of 8-bit numbers are known to be cut off at 16 bits, as the
   * instructions of x86 before VNNI do: weights of 7 bits are right there too.
   */
  public boolean saturates() {
    return known && isX86() && !has("VNNI") && !has("AMX int8");
  }

  private boolean isX86() {
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /** The features that are there. */
  List<String> present() {
    return features.keySet().stream().filter(this::has).toList();
  }

  /** Reads what Linux tells in {@code /proc/cpuinfo}. */
  static Processor ofLinux(String architecture, List<String> lines) {
    String name = "unknown";
    Set<String> flags = new TreeSet<>();
    for (String line : lines) {
      String[] pair = line.split("\\s*:\\s*", 2);
      if (pair.length == 2 && pair[0].equals("model name")) {
        name = pair[1].strip();
      } else if (pair.length == 2 && (pair[0].equals("flags") || pair[0].equals("Features"))) {
        flags.addAll(List.of(pair[1].strip().toLowerCase(Locale.ROOT).split("\\s+")));
      }
    }
    return of(name, architecture, flags);
  }

  /** Reads what macOS tells by {@code sysctl -a}. */
  static Processor ofMac(String architecture, List<String> lines) {
    String name = "unknown";
    Set<String> flags = new TreeSet<>();
    for (String line : lines) {
      String[] pair = line.strip().split("\\s*[:=]\\s*", 2);
      String key = pair[0].toLowerCase(Locale.ROOT);
      if (pair.length < 2) {
        continue;
      }
      if (key.equals("machdep.cpu.brand_string")) {
        name = pair[1];
      } else if (key.startsWith("hw.optional.") && pair[1].equals("1")) {
        flags.add(key.substring(key.lastIndexOf('.') + 1));
      } else if (key.startsWith("machdep.cpu.") && key.endsWith("features")) {
        flags.addAll(List.of(pair[1].toLowerCase(Locale.ROOT).split("\\s+")));
      }
    }
    return of(name, architecture, flags);
  }

  private static Processor of(String name, String architecture, Set<String> flags) {
    Map<String, List<String>> spellings =
        switch (architecture) {
          case "amd64", "x86_64" -> X86;
          case "aarch64", "arm64" -> ARM;
          default -> Map.of();
        };
    Map<String, Boolean> features = new LinkedHashMap<>();
    spellings.forEach(
        (feature, names) -> features.put(feature, names.stream().anyMatch(flags::contains)));
    return new Processor(name, architecture, !flags.isEmpty() && !features.isEmpty(), features);
  }

  /** What the features mean for number formats, one sentence each. */
  public List<String> advice() {
    List<String> advice = new ArrayList<>();
    if (!known) {
      advice.add("Unknown features: which format is fast is found out by measuring, as always.");
    } else if (has("AMX int8") || has("VNNI") || has("int8 matrix") || has("dot product")) {
      advice.add(
          "Products of 8-bit integers have instructions of their own: expect int8 to be fast.");
    } else if (saturates()) {
      advice.add(
          "Without VNNI, products of 8-bit integers may saturate in 16 bits: quantize weights to 7"
              + " bits (reduce-range).");
      advice.add("Expect int8 to make models small, and faster only in part.");
    } else {
      advice.add(
          "No instructions for products of 8-bit integers: expect small models, not fast ones.");
    }
    advice.add(
        "Whatever is expected here, 'compress' keeps only what it measured to be no slower.");
    return advice;
  }

  private static List<String> read() {
    try {
      return Files.readAllLines(CPUINFO);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<String> asked(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
