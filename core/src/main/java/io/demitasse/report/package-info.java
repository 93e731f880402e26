/**
 * What was done to a model and why, as data, as JSON and as a page.
 *
 * <p>It knows results and nothing of how they came about.
 */
@NullMarked
package io.demitasse.report;

import org.jspecify.annotations.NullMarked;
