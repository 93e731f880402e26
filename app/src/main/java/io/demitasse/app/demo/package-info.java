/**
 * Real models that are ready to be compressed.
 *
 * <p>It knows where they come from and what they are judged by, and nothing of compressing.
 */
@NullMarked
package io.demitasse.app.demo;

import org.jspecify.annotations.NullMarked;
