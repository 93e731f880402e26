package io.demitasse.kernels;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.KernelCost;
import io.demitasse.evaluate.OtherLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes to a file what was measured while no other process took the processors that it needed: a
 * cost is read for as long as the machine lives, and decides what passes do.
 */
final class UndisturbedCosts {
  private final CostFile file;
  private final int threads;
  private final Supplier<OtherLoad> watches;
  private final List<KernelCost> recent = new ArrayList<>();
  private OtherLoad watch;
  private int disturbed;
  private Optional<String> unwritten = Optional.empty();

  /**
   * @param threads that a measurement keeps busy
   * @param watches makes what watches the machine for a while
   */
  UndisturbedCosts(CostFile file, int threads, Supplier<OtherLoad> watches) {
    this.file = file;
    this.threads = threads;
    this.watches = watches;
    this.watch = watches.get();
  }

  /** Measures something, and writes it with what came before as soon as the load is known. */
  Optional<KernelCost> measured(Supplier<Optional<KernelCost>> measurement) {
    Optional<KernelCost> measured = watch.during(measurement);
    measured.ifPresent(recent::add);
    if (watch.isLongEnough()) {
      settle();
    }
    return measured;
  }

  /** Writes, or leaves out, what was measured since the load was last known. */
  void settle() {
    if (watch.leavesTooFew(threads)) {
      disturbed += recent.size();
    } else if (!recent.isEmpty()) {
      unwritten = file.add(recent);
    }
    recent.clear();
    watch = watches.get();
  }

  /** What is to be told of costs that are not in the file. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    unwritten.ifPresent(
        why -> remarks.add("the table is not kept: " + file.path() + " cannot be written: " + why));
    if (disturbed > 0) {
      remarks.add(
          "other processes were using the machine while "
              + (disturbed == 1 ? "a kernel was" : disturbed + " kernels were")
              + " measured: used for this run, and measured again in the next");
    }
    return remarks;
  }
}
