package io.demitasse.pass;

/**
 * One transformation of a model or a bundle. An implementation is a record annotated with {@link
 * PassInfo}: its components are its options, its compact constructor validates them, and it has
 * nowhere to keep state.
 */
public sealed interface Pass permits ModelPass, BundlePass {}
