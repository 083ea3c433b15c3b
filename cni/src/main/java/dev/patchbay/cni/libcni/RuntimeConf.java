package dev.patchbay.cni.libcni;

import dev.patchbay.cni.skel.AttachmentId;
import dev.patchbay.cni.skel.CniArgs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a runtime knows of one attachment: the same at ADD, CHECK and DEL.
 *
 * @param attachment the container and the interface in it
 * @param netns the container's network namespace, by path; absent when it is gone
 * @param args CNI_ARGS
 * @param capabilityArgs what to say by capability, to the plugins that have it
 * @param cniArgs entries for {@code args.cni}
 * @param path the folders to search for plugins, best first
 * @param environment the caller's whole environment
 */
public record RuntimeConf(
    AttachmentId attachment,
    Optional<String> netns,
    CniArgs args,
    Map<String, JsonNode> capabilityArgs,
    Map<String, JsonNode> cniArgs,
    List<String> path,
    Map<String, String> environment) {
  /** Copies lists and maps. */
  public RuntimeConf {
    capabilityArgs = Map.copyOf(capabilityArgs);
    cniArgs = Map.copyOf(cniArgs);
    path = List.copyOf(path);
    environment = Map.copyOf(environment);
  }
}
