/**
 * How what others bring is found.
 *
 * <p>It knows that providers have names which must not clash and nothing of what they provide.
 */
@NullMarked
package io.demitasse.provider;

import org.jspecify.annotations.NullMarked;
