package io.demitasse.pass;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a pass says of itself: command line help, recipe key and documentation come from here. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface PassInfo {

  /** Whether the function of the model stays the same. */
  enum Effect {
    /** The same up to rounding. */
    EXACT("exact up to rounding"),
    /** Accuracy is traded; the guard measures it. */
    LOSSY("lossy"),
    /** Weights are learned; they stay where the model becomes better by it. */
    LEARNED("learned from data");

    private final String text;

    Effect(String text) {
      this.text = text;
    }

    /** In words. */
    public String text() {
      return text;
    }
  }

  /** One sentence in the imperative, without a full stop. */
  String summary();

  Effect effect();

  /** The lowest version of ONNX's operator set whose operators the pass writes. */
  int minimumOpset() default 7;

  /**
   * What the pass needs from outside: interfaces annotated with {@link io.demitasse.port.Port}.
   * Where one has no implementation on the class path, the pass is refused before anything runs.
   */
  Class<?>[] needs() default {};

  /**
   * Whether what the pass learns is judged by its own objective alone, on samples that choose: no
   * score of a task is about it. It stays where that became better and the budget is kept.
   */
  boolean judgesItself() default false;

  /** Whether the pass cannot work without samples of real data. */
  boolean needsData() default false;
}
