package io.demitasse.pass;

import java.util.List;

/**
 * Brings passes of others. Found by {@link java.util.ServiceLoader}: a file {@code
 * META-INF/services/io.demitasse.pass.PassProvider} names the implementation. What it brings is
 * listed, explained, suggested, and written and read in recipes as the passes of Demitasse are; a
 * search tries it where a recipe says so.
 */
public interface PassProvider {

  /**
   * The passes. Each is a record annotated with {@link PassInfo} that implements {@link ModelPass}
   * or {@link BundlePass}, and each of its components is annotated with {@link Option}. Its recipe
   * key, the class name in kebab case, must not be that of another pass.
   */
  List<Class<? extends Pass>> passes();
}
