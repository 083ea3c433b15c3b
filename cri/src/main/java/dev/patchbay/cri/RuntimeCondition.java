package dev.patchbay.cri;

/** One condition of the runtime, in the runtime's words. */
public record RuntimeCondition(String type, boolean met, String reason, String message) {}
