package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.vm.GuestRecords;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.vm.truth.GuestView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class NicStatusTest {
  private static final PodView POD = new PodView(Json.newObject());
  private static final String IPS = "\"ips\": [{\"address\": \"10.1.2.3/24\", \"interface\": 1}]";
  private static final NicRecord NIC =
      GuestRecords.nic("eth1", 0, IPS, Optional.of(GuestRecords.MACHINE));

  private static GuestView view(NicState state, String why) {
    return new GuestView(
        state,
        Optional.of(new MacAddress("0a:58:0a:f4:01:06")),
        false,
        state == NicState.CONFIGURED ? List.of(Cidr.ip("10.1.2.3")) : List.of(),
        why);
  }

  private static NicStatus status(NicRecord nic, GuestView view) {
    return NicStatus.of(nic, POD, _ -> Optional.of(view));
  }

  @Test
  void aNicIsReadyOnceItsGuestsDriverHasItWhateverTheGuestMakesOfIt() {
    NicStatus none = status(NIC, view(NicState.ATTACHED, "no driver in the guest has taken it"));
    NicStatus ignored = status(NIC, view(NicState.DRIVER_READY, "the guest has not set it up"));

    assertThat(none.state()).isEqualTo(NicStatus.State.IN_PROGRESS);
    assertThat(none.phase()).isEqualTo("Attached");
    assertThat(none.reason()).isEqualTo("no driver in the guest has taken it");
    assertThat(ignored.state()).isEqualTo(NicStatus.State.READY);
    assertThat(ignored.phase()).isEqualTo("DriverReady");
    assertThat(ignored.reason()).isEmpty();
  }

  @Test
  void bothSidesAreToldApart() {
    ObjectNode json =
        status(NIC, view(NicState.CONFIGURED, "")).json(Optional.empty(), Instant.EPOCH);

    assertThat(json.path("host").asString()).isEqualTo("Attached");
    assertThat(json.path("guest"))
        .isEqualTo(
            Json.foreign(
                """
                {"state": "Configured", "mac": "0a:58:0a:f4:01:06", "promiscuous": false,
                 "ips": ["10.1.2.3"], "reason": ""}
                """,
                "expected"));
    assertThat(json.path("phase").asString()).isEqualTo("Configured");
  }

  @Test
  void ofANicThatIsOnItsWayTheHostsSideCounts() {
    NicRecord going =
        NIC.in(NicState.DETACH_PENDING, NIC.bound(), Instant.EPOCH, Optional.of("it holds on"));
    NicStatus status = status(going, view(NicState.CONFIGURED, ""));

    assertThat(status.state()).isEqualTo(NicStatus.State.IN_PROGRESS);
    assertThat(status.phase()).isEqualTo("DetachPending");
    assertThat(status.reason()).isEqualTo("it holds on");
  }

  @Test
  void aContainersNicHasNoGuest() {
    NicRecord nic = GuestRecords.nic("eth1", 0, IPS, Optional.empty());
    NicStatus status = NicStatus.of(nic, POD, _ -> Optional.empty());

    assertThat(status.state()).isEqualTo(NicStatus.State.READY);
    assertThat(status.json(Optional.empty(), Instant.EPOCH).has("guest")).isFalse();
  }
}
