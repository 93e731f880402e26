package io.demitasse.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that {@code mvn verify} leaves out and {@code mvn verify -Pslow} runs. Something smaller
 * has to go the same way in every run.
 */
@Documented
@Tag("slow")
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Slow {
  /** Why it is slow, and how long it takes on two cores with nothing else to do. */
  String value();
}
