package dev.patchbay.core.plan;

/**
 * What a third-party plugin answered to ADD.
 *
 * @param json its result, whole, as it came, in the CNI version of its configuration
 */
public record DelegateResult(String json) implements Yield {}
