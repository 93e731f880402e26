package io.demitasse.testkit;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Providers as a jar on the class path brings them, beside those that are there, until closed. */
public final class Brought implements AutoCloseable {
  private final ClassLoader usual = Thread.currentThread().getContextClassLoader();
  private final URLClassLoader loader;

  /**
   * Names providers in a file of {@code META-INF/services}.
   *
   * @param folder where the file is made
   * @param providers names of classes
   */
  public Brought(Path folder, Class<?> service, String... providers) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.write(services.resolve(service.getName()), Arrays.asList(providers));
    loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, usual);
    Thread.currentThread().setContextClassLoader(loader);
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(usual);
    loader.close();
  }
}
