/**
 * The facade that a Java program calls, and the API.
 *
 * <p>The API is what {@link io.demitasse.Demitasse} and the other public types here take and give,
 * and what those lead to. Their types are in these packages, whose public types a program may use:
 *
 * <ul>
 *   <li>{@code io.demitasse}: opening, compressing, evaluating, writing
 *   <li>{@code io.demitasse.source}: what lies in a folder of models
 *   <li>{@code io.demitasse.result}: where a result is, and how its place is held
 *   <li>{@code io.demitasse.run}: what a forecast, a check, an evaluation and a timing tell
 *   <li>{@code io.demitasse.error}: the exception, and how work is cancelled
 *   <li>{@code io.demitasse.ir}: models, graphs and tensors, in and out of memory
 *   <li>{@code io.demitasse.manifest}: {@code bundle.yaml}
 *   <li>{@code io.demitasse.data}: samples, and programs that run models on them
 *   <li>{@code io.demitasse.calibrate}: observations, which name the calibration a step holds
 *   <li>{@code io.demitasse.pass}: which nodes a step selects; a pass is given and taken whole
 *   <li>{@code io.demitasse.evaluate}: tasks of a program's own, scores, times and their intervals
 *   <li>{@code io.demitasse.sensitivity}: errors by layer
 *   <li>{@code io.demitasse.saliency}: what answers hang on
 *   <li>{@code io.demitasse.recipe}: recipes and budgets
 *   <li>{@code io.demitasse.stored}: tensors that a step found out, in a file
 *   <li>{@code io.demitasse.train}: how a training went, point by point
 *   <li>{@code io.demitasse.pipeline}: events and changes
 *   <li>{@code io.demitasse.report}: the report as data, JSON and a page
 * </ul>
 *
 * <p>A pass of one's own, see {@link io.demitasse.pass.PassProvider}, works with the IR and uses
 * what ours use: {@code rewrite}, {@code ops}, {@code calibrate} and {@code port}.
 *
 * <p>Everything else is public for the other packages and modules, and changes without notice.
 * While the version begins with 0, the API may change too, with a line in the changelog.
 *
 * <p>The facade knows all packages below it; none of them knows it.
 */
@NullMarked
package io.demitasse;

import org.jspecify.annotations.NullMarked;
