package dev.patchbay.core.plan;

/**
 * The settings of a link before tuning changed them.
 *
 * @param before only those that were changed
 */
public record TunedSettings(LinkSettings before) implements Yield {}
