/**
 * Reading text in pictures: where a detector's map has text, cutting lines out upright, and what a
 * recognizer's scores spell.
 *
 * <p>It knows pixels, maps and scores and nothing of how models are run or judged.
 */
@NullMarked
package io.demitasse.media.ocr;

import org.jspecify.annotations.NullMarked;
