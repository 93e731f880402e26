package io.demitasse.search;

import io.demitasse.evaluate.ArchiveSize;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What candidates gain where they are stored in an archive, which is asked of those alone that are
 * no smaller and no faster as they are. What was compressed once is remembered.
 */
final class ArchiveSizes {
  /** Of what is larger than this, something in the weights may have changed by chance. */
  private static final double MOST = .95;

  private final Map<BundleFiles, Long> known = new LinkedHashMap<>();

  /** Whether a candidate is smaller or faster as it is. */
  static boolean gains(BundleFiles parent, BundleFiles candidate, List<TimingComparison> timings) {
    return candidate.bytes() < parent.bytes()
        || timings.stream().anyMatch(timing -> timing.verdict() == Verdict.FASTER);
  }

  /**
   * The share that an archive of a candidate takes of one of its parent; empty where it is no gain.
   */
  OptionalDouble share(BundleFiles parent, BundleFiles candidate) {
    double share = (double) bytes(candidate) / bytes(parent);
    return share <= MOST ? OptionalDouble.of(share) : OptionalDouble.empty();
  }

  private synchronized long bytes(BundleFiles files) {
    return known.computeIfAbsent(files, each -> ArchiveSize.of(each.all()));
  }

  /**
   * What a candidate is good for that is no smaller or faster, in words; empty where it is none.
   */
  String gain(BundleFiles parent, BundleFiles candidate, List<TimingComparison> timings) {
    if (gains(parent, candidate, timings)) {
      return "";
    }
    OptionalDouble share = share(parent, candidate);
    return share.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "no smaller or faster as it is; %.0f %% of its size in an archive",
            100 * share.getAsDouble());
  }
}
