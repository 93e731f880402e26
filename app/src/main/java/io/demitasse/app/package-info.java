/**
 * The {@code demitasse} command: one class a subcommand, each a thin layer over the facade.
 *
 * <p>It knows arguments, exit codes and layout, and computes nothing that a Java program could not
 * ask for as well.
 */
@NullMarked
package io.demitasse.app;

import org.jspecify.annotations.NullMarked;
