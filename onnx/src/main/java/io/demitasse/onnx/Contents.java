package io.demitasse.onnx;

import io.demitasse.ir.Computation;
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
 * Fills the places of a layout. Content that is there is copied; each computation runs once, on one
 * thread, straight into the places of its results, so that neither threads nor their timing show in
 * the bytes.
 */
final class Contents {
  private final Target model;
  private final @Nullable Target data;

  Contents(Target model, @Nullable Target data) {
    this.model = model;
    this.data = data;
  }

  void write(FileLayout layout, int threads) throws IOException, InterruptedException {
    layout.writeHeader(model);
    IdentityHashMap<Computation, List<Slot>> deferred = new IdentityHashMap<>();
    List<Computation> order = new ArrayList<>();
    for (Slot slot : layout.slots()) {
      model.put(slot.position(), MemorySegment.ofArray(slot.announcement()));
      Computation computation = slot.tensor().computation();
      if (computation != null) {
        List<Slot> others = deferred.computeIfAbsent(computation, _ -> new ArrayList<>());
        if (others.isEmpty()) {
          order.add(computation);
        }
        others.add(slot);
      } else if (slot.hasContent()) {
        target(slot).put(slot.contentPosition(), slot.tensor().bytes());
      }
    }
    if (!order.isEmpty()) {
      computeAll(order, deferred, threads);
    }
  }

  private void computeAll(
      List<Computation> order, IdentityHashMap<Computation, List<Slot>> deferred, int threads)
      throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, order.size()));
    try {
      CompletionService<Void> running = new ExecutorCompletionService<>(pool);
      for (Computation computation : order) {
        List<Slot> slots = deferred.getOrDefault(computation, List.of());
        running.submit(
            () -> {
              compute(computation, slots);
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

  private void compute(Computation computation, List<Slot> slots) throws IOException {
    Map<Integer, Slot> first = new HashMap<>();
    List<Slot> repeated = new ArrayList<>();
    for (Slot slot : slots) {
      if (first.putIfAbsent(slot.tensor().resultIndex(), slot) != null) {
        repeated.add(slot);
      }
    }
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> destinations = new ArrayList<>();
      for (Computation.Result result : computation.results()) {
        Slot slot = first.get(destinations.size());
        destinations.add(
            slot == null
                ? arena.allocate(result.bytes(), 64)
                : target(slot).region(slot.contentPosition(), result.bytes(), arena));
      }
      computation.compute(List.copyOf(destinations));
      first.forEach((index, slot) -> target(slot).settle(destinations.get(index)));
      for (Slot slot : repeated) {
        target(slot).put(slot.contentPosition(), destinations.get(slot.tensor().resultIndex()));
      }
    }
  }

  private Target target(Slot slot) {
    return slot.external() && data != null ? data : model;
  }
}
