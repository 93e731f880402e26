package io.demitasse.onnx;

import io.demitasse.ir.Computation;
import io.demitasse.ir.Tensor;
import io.demitasse.onnx.FileLayout.Place;
import io.demitasse.onnx.FileLayout.Slot;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Fills the places of layouts. Content that is there is copied; each computation runs once, on one
 * thread, straight into the places of its results, in whichever files they lie, so that neither
 * threads nor their timing show in the bytes.
 */
final class Contents {

  /** A place for the content of a tensor. */
  private record Spot(Tensor tensor, Target target, long position) {}

  private final List<Spot> stored = new ArrayList<>();
  private final IdentityHashMap<Computation, List<Spot>> deferred = new IdentityHashMap<>();

  /** The computations of {@link #deferred} in the order in which they came. */
  private final List<Computation> order = new ArrayList<>();

  /** The file of a model, and its data file where it has one. */
  record Files(Target model, @Nullable Target data) {
    Target of(Slot slot) {
      return slot.place() == Place.DATA && data != null ? data : model;
    }
  }

  /**
   * Writes everything of a model but the content of its weights, which {@link #fill} does. What it
   * has in common with others is added by itself.
   */
  void add(FileLayout layout, Files files) throws IOException {
    layout.writeHeader(files.model());
    for (Slot slot : layout.slots()) {
      files.model().put(slot.position(), MemorySegment.ofArray(slot.announcement()));
      if (slot.hasContent() && slot.place() != Place.SHARED) {
        add(new Spot(slot.tensor(), files.of(slot), slot.contentPosition()));
      }
    }
  }

  /** Adds what several models have in common. */
  void add(SharedWeights shared, Target target) {
    shared.offsets().forEach((tensor, offset) -> add(new Spot(tensor, target, offset)));
  }

  private void add(Spot spot) {
    Computation computation = spot.tensor().computation();
    if (computation == null) {
      stored.add(spot);
      return;
    }
    List<Spot> others = deferred.computeIfAbsent(computation, _ -> new ArrayList<>());
    if (others.isEmpty()) {
      order.add(computation);
    }
    others.add(spot);
  }

  /** Writes the content of all weights. */
  void fill(int threads) throws IOException, InterruptedException {
    for (Spot spot : stored) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      spot.target().put(spot.position(), spot.tensor().bytes());
    }
    if (!order.isEmpty()) {
      computeAll(threads);
    }
  }

  private void computeAll(int threads) throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, order.size()));
    try {
      CompletionService<Void> running = new ExecutorCompletionService<>(pool);
      for (Computation computation : order) {
        List<Spot> spots = deferred.getOrDefault(computation, List.of());
        running.submit(
            () -> {
              compute(computation, spots);
              return null;
            });
      }
      for (int i = 0; i < order.size(); i++) {
        running.take().get();
      }
    } catch (ExecutionException e) {
      throw asThrown(e);
    } finally {
      pool.shutdownNow();
      pool.close();
    }
  }

  private static IOException asThrown(ExecutionException e) {
    return switch (e.getCause()) {
      case IOException failed -> failed;
      case RuntimeException failed -> throw failed;
      case Error failed -> throw failed;
      case null, default -> throw new IllegalStateException(e);
    };
  }

  private static void compute(Computation computation, List<Spot> spots) throws IOException {
    Map<Integer, Spot> first = new HashMap<>();
    List<Spot> repeated = new ArrayList<>();
    for (Spot spot : spots) {
      if (first.putIfAbsent(spot.tensor().resultIndex(), spot) != null) {
        repeated.add(spot);
      }
    }
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> destinations = new ArrayList<>();
      for (Computation.Result result : computation.results()) {
        Spot spot = first.get(destinations.size());
        destinations.add(
            spot == null
                ? arena.allocate(result.bytes(), 64)
                : spot.target().region(spot.position(), result.bytes(), arena));
      }
      computation.compute(List.copyOf(destinations));
      first.forEach((index, spot) -> spot.target().settle(destinations.get(index)));
      for (Spot spot : repeated) {
        spot.target().put(spot.position(), destinations.get(spot.tensor().resultIndex()));
      }
    }
  }
}
