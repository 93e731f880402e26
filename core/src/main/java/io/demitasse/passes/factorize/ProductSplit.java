package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import java.util.List;
import java.util.Optional;

/**
 * A matrix that comes apart into two.
 *
 * @param ratio the share of its numbers that the two may have
 */
record ProductSplit(FactorSite site, double ratio) implements Split {

  @Override
  public Node node() {
    return site.node();
  }

  @Override
  public Value weight() {
    return site.weight();
  }

  @Override
  public int inputs() {
    return site.seenChannels();
  }

  int rank() {
    return Factors.rank(ratio, site.inputs(), site.outputs());
  }

  @Override
  public Optional<String> unfit(PassContext context) {
    return Factors.withoutRank(this, rank());
  }

  @Override
  public Optional<Observation<Gram>> observation(PassContext context) {
    return site.observation(context);
  }

  @Override
  public List<long[]> sizes() {
    return List.of(site.firstSizes(rank()), site.secondSizes(rank()));
  }

  @Override
  public List<Tensor> factors(Whitening whitening, LinearAlgebra.Session algebra) {
    Matrix weight = new Matrix("the " + name(), site.matrix());
    Factors factors =
        site.isTable()
            ? Factors.ofTable(weight, rank(), whitening, algebra)
            : Factors.of(weight, rank(), whitening);
    return List.of(site.first(factors.first(), rank()), site.second(factors.second(), rank()));
  }

  @Override
  public void write(List<Tensor> factors) {
    site.write(factors.getFirst(), factors.getLast());
  }

  @Override
  public String told() {
    return "multiplies by two factors of rank " + rank();
  }
}
