package io.demitasse.pass;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes an option of a pass: a record component of type boolean, int, long, double, String, an
 * enum, or a list of strings. A component that is a record itself is a group of options that
 * several passes share: what it declares stands among those of the pass, and has no annotation.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT})
public @interface Option {

  /** One sentence without a full stop. */
  String doc();

  /** The default, spelled as in a recipe. */
  String value();

  /** What the number counts, such as {@code bytes} or {@code bits}; empty when it has none. */
  String unit() default "";

  /** Values worth trying in a search, spelled as in a recipe; none when it is not searched. */
  String[] search() default {};
}
