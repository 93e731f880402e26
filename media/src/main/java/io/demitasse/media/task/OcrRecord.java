package io.demitasse.media.task;

/** What is kept of a sample of pages and labels. */
sealed interface OcrRecord {

  /**
   * Of a page.
   *
   * @param overlap of its map with the original's; 1 where lines are not looked for
   * @param embeddings one row for each text that was read; empty where none is asked for
   */
  @SuppressWarnings("ArrayRecordComponent")
  record OfPage(PageReading reading, double overlap, float[] embeddings) implements OcrRecord {}

  /** Of a label that lines retrieve. */
  @SuppressWarnings("ArrayRecordComponent")
  record OfLabel(float[] embedding) implements OcrRecord {}
}
