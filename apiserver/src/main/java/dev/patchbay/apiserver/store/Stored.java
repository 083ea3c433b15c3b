package dev.patchbay.apiserver.store;

import tools.jackson.databind.node.ObjectNode;

/**
 * An object as stored; nobody changes the tree.
 *
 * @param key where it is
 * @param version its metadata.resourceVersion
 * @param object the whole object
 */
public record Stored(ObjectKey key, long version, ObjectNode object) {}
