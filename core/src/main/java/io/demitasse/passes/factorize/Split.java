package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.port.LinearAlgebra;
import java.util.List;
import java.util.Optional;

/** A layer, and the factors that its weight comes apart into. */
interface Split {

  /** The layer, which multiplies by the last factor afterwards. */
  Node node();

  /** What is divided. */
  Value weight();

  /** What messages call it. */
  default String name() {
    return "weight '" + weight().name() + "'";
  }

  /** How many inputs are told apart in {@link #observation}. */
  int inputs();

  /** Why the weight stays as it is; empty where it comes apart. */
  Optional<String> unfit(PassContext context);

  /** What has to be known of what the layer reads; empty where the weight alone counts. */
  Optional<Observation<Gram>> observation(PassContext context);

  /** The sizes of the factors as they are stored, in the order in which they are multiplied. */
  List<long[]> sizes();

  /** The factors as they are stored, in the same order. */
  List<Tensor> factors(Whitening whitening, LinearAlgebra.Session algebra);

  /** Lets the layer multiply by one factor after the other. */
  void write(List<Tensor> factors);

  /** What became of the layer, in words. */
  String told();
}
