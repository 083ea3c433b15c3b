package dev.patchbay.cri;

/** Which pod a sandbox belongs to, as the Kubernetes API names it. */
public record PodIdentity(String namespace, String name, String uid) {}
