package dev.patchbay.agent.node;

import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.vm.truth.GuestView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code status.nicStatuses}: how it is now, and the events that tell the way from how it was. What
 * the API was told last is what an event is measured by, so a restart in the middle loses none.
 */
record NicStatuses(List<NicStatus> nics) {
  NicStatuses {
    nics = List.copyOf(nics);
  }

  ArrayNode json(PodView pod, Instant now) {
    ArrayNode all = Json.newObject().putArray("nicStatuses");
    nics.forEach(nic -> all.add(nic.json(former(pod, nic.name()), now)));
    return all;
  }

  /** None of them any more: their pod has run to its end. */
  NicStatuses gone() {
    return new NicStatuses(
        nics.stream().map(nic -> nic.in(NicStatus.State.IN_PROGRESS, "Detached", "")).toList());
  }

  /** What the status has, but nobody can tell now. */
  static ArrayNode unknown(PodView pod, String why, Instant now) {
    ArrayNode all = Json.newObject().putArray("nicStatuses");
    pod.status()
        .path("nicStatuses")
        .forEach(one -> {
          if (one instanceof ObjectNode nic) {
            ObjectNode copy = nic.deepCopy();
            if (!nic.path("state").asString("").equals("Unknown")) {
              copy.put("since", now.truncatedTo(ChronoUnit.MILLIS).toString());
            }
            all.add(copy.put("state", "Unknown").put("phase", "Unknown").put("reason", why));
          }
        });
    return all;
  }

  /** The addresses of the first NIC, without the length of their prefixes. */
  List<String> primaryIps() {
    return nics.stream()
        .limit(1)
        .flatMap(nic -> nic.ips().stream())
        .map(NicStatuses::bare)
        .toList();
  }

  private static String bare(String ip) {
    int slash = ip.indexOf('/');
    return slash < 0 ? ip : ip.substring(0, slash);
  }

  /** Tells what is new, before the status is written: rather twice than never. */
  void tell(PodView pod, NodeEvents events) {
    for (NicStatus nic : nics) {
      Optional<JsonNode> former = former(pod, nic.name());
      String was = former.map(one -> one.path("state").asString("")).orElse("");
      nic.guest().ifPresent(side -> tellOddities(pod, nic, side.view(), former, events));
      switch (nic.state()) {
        case READY -> {
          if (!was.equals("Ready") && !was.equals("Unknown")) {
            events.normal(pod, "DeviceAttached", attached(nic));
          }
        }
        case FAILED -> {
          String reason = former.map(one -> one.path("reason").asString("")).orElse("");
          if (!was.equals("Failed") || !reason.equals(nic.reason())) {
            events.warning(
                pod,
                nic.phase().equals("Unplugging") ? "FailedDetachDevice" : "FailedAttachDevice",
                nic.name() + ": " + nic.reason());
          }
        }
        case UNKNOWN, IN_PROGRESS -> {}
      }
    }
    for (String name : gone(pod)) {
      events.normal(pod, "DeviceDetached", name + " is unplugged");
    }
  }

  /** A guest may do both, but whoever looks for a fault should know. */
  private static void tellOddities(
      PodView pod, NicStatus nic, GuestView view, Optional<JsonNode> former, NodeEvents events) {
    JsonNode before = former.map(one -> one.path("guest")).orElse(Json.newObject());
    String mac = view.mac().map(MacAddress::value).orElse("");
    boolean other = view.isReady() && !mac.isEmpty() && !mac.equals(nic.mac());
    if (other && !mac.equals(before.path("mac").asString(""))) {
      events.warning(
          pod,
          "GuestChangedAddress",
          nic.name() + ": the guest uses the address " + mac + " instead of " + nic.mac());
    }
    if (view.promiscuous() && !before.path("promiscuous").asBoolean(false)) {
      events.normal(pod, "GuestListensToAll", nic.name() + ": the guest listens to everything");
    }
  }

  private static String attached(NicStatus nic) {
    return nic.name()
        + " is plugged into network "
        + nic.network()
        + (nic.ips().isEmpty() ? "" : " with " + String.join(", ", nic.ips()));
  }

  /** NICs that the status had, which are wanted and there no more. */
  private List<String> gone(PodView pod) {
    List<String> gone = new ArrayList<>();
    pod.status()
        .path("nicStatuses")
        .forEach(one -> {
          String name = one.path("name").asString("");
          boolean wasThere = !one.path("network").asString("").isEmpty();
          if (wasThere && nics.stream().noneMatch(nic -> nic.name().equals(name))) {
            gone.add(name);
          }
        });
    return gone;
  }

  private static Optional<JsonNode> former(PodView pod, String name) {
    for (JsonNode one : pod.status().path("nicStatuses")) {
      if (one.path("name").asString("").equals(name)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}
