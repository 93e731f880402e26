package io.demitasse.media.task;

/**
 * A sample in words, to be shown.
 *
 * @param content what it holds, such as a question; may be empty
 * @param said what a model says of it
 * @param truth what is right
 * @param score by the task's first metric, as far as one sample has one
 */
record Wording(String content, String said, String truth, double score) {}
