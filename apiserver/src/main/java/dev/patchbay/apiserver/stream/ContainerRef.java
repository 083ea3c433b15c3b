package dev.patchbay.apiserver.stream;

/** One container of one pod; the uid tells a pod from its successor of the same name. */
public record ContainerRef(String namespace, String pod, String podUid, String container) {}
