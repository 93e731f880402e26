package io.demitasse.media.ocr;

/**
 * What a recognizer read.
 *
 * @param confidence the mean over the characters, 0 to 1; 0 where there are none
 */
public record ReadLine(String text, double confidence) {}
