package dev.patchbay.vm.cloudinit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the author of a pod wants cloud-init to be told.
 *
 * @param userData exactly as cloud-init gets it
 * @param sshKeys lines of an authorized_keys file
 * @param metaData keys that replace ours
 * @param network how the guest's NICs are to be configured
 */
public record CloudInitWishes(
    Optional<String> userData,
    List<String> sshKeys,
    Map<String, JsonNode> metaData,
    NetworkStyle network) {
  /** Nothing in particular. */
  public static final CloudInitWishes NONE =
      new CloudInitWishes(Optional.empty(), List.of(), Map.of(), NetworkStyle.DEFAULT);

  /** Copies the collections. */
  public CloudInitWishes {
    sshKeys = List.copyOf(sshKeys);
    metaData = Collections.unmodifiableMap(new LinkedHashMap<>(metaData));
  }

  /**
   * Both: keys of both, and for the rest what the other one says where it says something.
   *
   * @param other of the same pod, in another dialect
   */
  public CloudInitWishes and(CloudInitWishes other) {
    List<String> keys = new ArrayList<>(sshKeys);
    other.sshKeys.stream().filter(key -> !keys.contains(key)).forEach(keys::add);
    Map<String, JsonNode> both = new LinkedHashMap<>(metaData);
    both.putAll(other.metaData);
    return new CloudInitWishes(
        other.userData.or(() -> userData),
        keys,
        both,
        other.network.equals(NetworkStyle.DEFAULT) ? network : other.network);
  }
}
