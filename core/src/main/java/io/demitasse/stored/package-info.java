/**
 * Tensors in files that are named by the hash of their content, and in files without a name for as
 * long as somebody reads them.
 *
 * <p>It knows the form of such files and trusts none of them; it knows nothing of what the tensors
 * are for.
 */
@NullMarked
package io.demitasse.stored;

import org.jspecify.annotations.NullMarked;
