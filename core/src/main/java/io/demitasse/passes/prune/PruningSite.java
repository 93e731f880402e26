package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.GramMatrix;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.Reader;
import java.util.List;
import java.util.Optional;

/**
 * A group that may lose units.
 *
 * @param node the first that has weights of it
 * @param readers the layers that multiply it, and that the weights of what stays can take over in
 */
record PruningSite(ChannelGroup group, Node node, List<Reader> readers) {

  PruningSite {
    readers = List.copyOf(readers);
  }

  /**
   * What has to be known of what a layer reads; empty where it is too much or its shape is open.
   */
  static Optional<Observation<Gram>> observation(Reader reader, PassContext context) {
    Value value = reader.data().dimension().value();
    return GramMatrix.observation(
        context.part(),
        value,
        context.shapes().rank(value),
        reader.data().dimension().axis(),
        reader.data().map().sources());
  }

  /** What was seen of what a layer reads. */
  static Optional<Gram> gram(Reader reader, PassContext context) {
    return observation(reader, context).flatMap(context.statistics()::get);
  }
}
