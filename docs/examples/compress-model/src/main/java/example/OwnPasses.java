package example;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassProvider;
import java.util.List;

/** Brings the passes of this project: {@code META-INF/services} names this class. */
public final class OwnPasses implements PassProvider {
  @Override
  public List<Class<? extends Pass>> passes() {
    return List.of(StoreHalves.class);
  }
}
