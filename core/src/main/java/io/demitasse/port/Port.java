package io.demitasse.port;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface as one whose implementation comes from outside and is found by {@link
 * java.util.ServiceLoader}. A pass declares which it needs, and runs only where they are.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Port {

  /** What an implementation does, such as {@code runs models}. */
  String does();

  /**
   * Group and artifact of a module that has an implementation, such as {@code
   * io.demitasse:demitasse-onnx}: what to add where there is none.
   */
  String module();
}
