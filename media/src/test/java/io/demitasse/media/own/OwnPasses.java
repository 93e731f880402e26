package io.demitasse.media.own;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassProvider;
import java.util.List;

/** Brings passes as anyone else's module does. */
public final class OwnPasses implements PassProvider {
  @Override
  public List<Class<? extends Pass>> passes() {
    return List.of(
        MultiplyInstead.class,
        SolveForWeights.class,
        GoWrong.class,
        CountSlowly.class,
        FindWeights.class);
  }
}
