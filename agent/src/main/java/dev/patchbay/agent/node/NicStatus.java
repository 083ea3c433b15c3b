package dev.patchbay.agent.node;

import dev.patchbay.agent.api.NicView;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.vm.GuestViews;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.vm.truth.GuestView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One element of {@code status.nicStatuses}.
 *
 * @param name of the NIC
 * @param state Alkaid's word for where it stands
 * @param phase ours, which tells more
 * @param reason why it is not ready; empty when it is
 * @param portId its port; empty without a VPC
 * @param vpc empty without one
 * @param network its network's name; empty while nobody knows
 * @param ips with the length of their prefix
 * @param mac empty while there is none
 * @param guest the guest's side of a machine's NIC; empty for a container's
 */
record NicStatus(
    String name,
    State state,
    String phase,
    String reason,
    String portId,
    String vpc,
    String network,
    List<String> ips,
    String mac,
    Optional<Guest> guest) {
  /**
   * Both sides of a machine's NIC.
   *
   * @param host where it stands on the host
   * @param view what the guest has made of it
   */
  record Guest(NicState host, GuestView view) {}

  /** Alkaid's words. */
  enum State {
    UNKNOWN("Unknown"),
    IN_PROGRESS("InProgress"),
    READY("Ready"),
    FAILED("Failed");

    private final String word;

    State(String word) {
      this.word = word;
    }

    static State of(NicState state) {
      return switch (state) {
        case PENDING, PLUGGING, UNPLUGGING, DETACH_PENDING, DETACHED -> IN_PROGRESS;
        case ATTACHED, DRIVER_READY, UP, CONFIGURED -> READY;
        case FAILED -> FAILED;
      };
    }

    @Override
    public String toString() {
      return word;
    }
  }

  NicStatus {
    ips = List.copyOf(ips);
  }

  /** A NIC that the journal knows. */
  static NicStatus of(NicRecord nic, PodView pod, GuestViews guests) {
    Optional<GuestView> guest = guests.of(nic);
    NicState on = GuestViews.state(nic, guest);
    // ready is what its driver has taken; before that, the host's side alone is done
    State state = guest.isPresent() && on == NicState.ATTACHED ? State.IN_PROGRESS : State.of(on);
    String why =
        state == State.IN_PROGRESS && nic.state() == NicState.ATTACHED
            ? guest.map(GuestView::why).orElse("")
            : "";
    ObjectNode view = NicView.of(nic);
    List<String> ips = new ArrayList<>();
    view.path("ips").forEach(ip -> ips.add(ip.asString()));
    return new NicStatus(
        nic.key().nic().value(),
        state,
        NicView.word(on),
        nic.trouble().orElse(why),
        view.path("port").asString(""),
        pod.vpc().or(() -> Optional.ofNullable(pod.annotations().get("VPC"))).orElse(""),
        nic.planned().attachment().network(),
        ips,
        view.path("mac").asString(""),
        guest.map(side -> new Guest(nic.state(), side)));
  }

  /** A NIC that is wanted and not there. */
  static NicStatus wanted(String name, State state, String reason, PodView pod) {
    return new NicStatus(
        name,
        state,
        state == State.FAILED ? "Failed" : "Pending",
        reason,
        "",
        pod.vpc().orElse(""),
        "",
        List.of(),
        "",
        Optional.empty());
  }

  /** The same NIC in another state. */
  NicStatus in(State next, String nextPhase, String why) {
    return new NicStatus(name, next, nextPhase, why, portId, vpc, network, ips, mac, guest);
  }

  boolean isReady() {
    return state == State.READY;
  }

  /** As the API has it; {@code since} is kept from the former one as long as the phase is. */
  ObjectNode json(Optional<JsonNode> former, Instant now) {
    ObjectNode json = Json.newObject();
    json.put("name", name).put("portID", portId).put("state", state.toString());
    json.put("reason", reason).put("phase", phase).put("vpc", vpc).put("network", network);
    var list = json.putArray("ipAddresses");
    ips.forEach(list::add);
    json.put("mac", mac);
    guest.ifPresent(side -> {
      json.put("host", NicView.word(side.host()));
      json.set("guest", NicView.guest(side.view()));
    });
    String since =
        former
            .filter(one -> one.path("phase").asString("").equals(phase))
            .map(one -> one.path("since").asString(""))
            .filter(text -> !text.isEmpty())
            .orElseGet(() -> now.truncatedTo(ChronoUnit.MILLIS).toString());
    return json.put("since", since);
  }
}
