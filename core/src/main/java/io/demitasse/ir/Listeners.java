package io.demitasse.ir;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is told of changes to a graph and to those nested in it. They are held weakly: a model lives
 * longer than the passes that ask about it, and must not keep what they knew.
 */
final class Listeners {
  private List<WeakReference<ChangeListener>> listeners = List.of();

  void add(ChangeListener listener) {
    List<WeakReference<ChangeListener>> alive = new ArrayList<>();
    for (WeakReference<ChangeListener> each : listeners) {
      if (each.get() != null) {
        alive.add(each);
      }
    }
    alive.add(new WeakReference<>(listener));
    listeners = alive;
  }

  void tell(Value value) {
    for (WeakReference<ChangeListener> each : listeners) {
      ChangeListener listener = each.get();
      if (listener != null) {
        listener.changed(value);
      }
    }
  }
}
