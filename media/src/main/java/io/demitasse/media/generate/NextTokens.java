package io.demitasse.media.generate;

/**
 * What a model that goes on with several rows of tokens is asked. It keeps what it has seen of each
 * row.
 */
public interface NextTokens {

  /**
   * Goes on with each row.
   *
   * @param tokens {@code [rows][count]} that follow what each row was given so far
   * @return logits {@code [rows][vocabulary]} of what follows the last of them
   */
  float[][] after(long[][] tokens);

  /**
   * Goes on with copies of some rows in the place of all.
   *
   * @param rows numbers of those that go on, in their new order; one may go on several times
   */
  void keep(int[] rows);
}
