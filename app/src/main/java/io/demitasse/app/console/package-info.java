/**
 * How text looks on a terminal: tables, numbers, colors and progress.
 *
 * <p>It knows characters and columns and nothing of models.
 */
@NullMarked
package io.demitasse.app.console;

import org.jspecify.annotations.NullMarked;
