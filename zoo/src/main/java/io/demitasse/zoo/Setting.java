package io.demitasse.zoo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes what can be chosen of an architecture: a record component of type int, double, boolean,
 * an enum, or a list of integers.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** What it is, in a few words without a full stop. */
  String value();
}
