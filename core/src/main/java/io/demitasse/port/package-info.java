/**
 * What Demitasse needs from outside: a runtime that runs models and a format that reads and writes
 * them.
 *
 * <p>It knows what is asked for and nothing of who answers; implementations are found by {@link
 * java.util.ServiceLoader}.
 */
@NullMarked
package io.demitasse.port;

import org.jspecify.annotations.NullMarked;
