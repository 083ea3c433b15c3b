package dev.patchbay.agent.api;

import dev.patchbay.agent.cni.NetnsRule;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.Place;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.skel.ContainerId;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.HostObserver;
import java.util.List;
import java.util.Optional;

/**
 * Finds the container that is meant: by {@code target} where the journal knows it, else by {@code
 * netns} and {@code containerId}.
 *
 * @param journal knows containers
 * @param rule which namespaces may be named
 * @param host looks at them
 */
record Places(Journal journal, NetnsRule rule, HostObserver host) {
  /** The container's ID, to be locked before {@link #of}. */
  String containerId(Fields ask) {
    if (ask.filled("target").isPresent()) {
      return new Targets(journal).live(ask).container();
    }
    if (ask.filled("containerId").isEmpty() || ask.filled("netns").isEmpty()) {
      throw new Refusal(
          "no container is named", "name a pod or container, or give --netns and --container-id");
    }
    return ask.parsed("containerId", ContainerId::new).orElseThrow().value();
  }

  /** The container as it is now; throws Refusal when its namespace is gone. */
  Place of(String containerId, Optional<String> netns) {
    List<NicRecord> there = Targets.nics(journal.ofContainer(containerId));
    if (there.isEmpty()) {
      String path =
          netns.orElseThrow(() ->
              new Refusal(
                  "container " + containerId + " has no NIC any more", "patchbay get nics -A"));
      return Place.unknown(containerId, rule.require(path, false));
    }
    Place place = Place.of(there);
    if (!(host.identify(place.netns()) instanceof HostObserver.Identity.There)) {
      throw new Refusal(
          "network namespace " + place.netns() + " of " + place.pod() + " is gone",
          "patchbay why " + place.pod());
    }
    netns.ifPresent(path -> requireSame(place, rule.require(path, false)));
    return place;
  }

  private static void requireSame(Place place, Netns given) {
    if (given.cookie() != 0 && given.cookie() != place.netns().cookie()) {
      throw new Refusal(
          "container " + place.containerId() + " lives in " + place.netns() + ", not in " + given,
          "patchbay describe nic " + place.containerId());
    }
  }
}
