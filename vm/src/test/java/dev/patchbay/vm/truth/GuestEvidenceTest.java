package dev.patchbay.vm.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestEvidenceTest {
  private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
  private static final MacAddress OTHER = new MacAddress("52:54:00:00:00:02");
  private static final InetAddress V4 = Cidr.ip("10.1.2.3");
  private static final InetAddress V6 = Cidr.ip("fd00::7");
  private static final DeviceView NO_DRIVER = device(false, false);
  private static final DeviceView DOWN = device(true, false);
  private static final DeviceView UP = device(true, true);

  private static DeviceView device(boolean driver, boolean up) {
    return new DeviceView(driver, up, false, Optional.of(MAC));
  }

  private static GuestView view(GuestEvidence evidence, InetAddress... lent) {
    return evidence.view(MAC, List.of(lent));
  }

  @Test
  void aNicGoesFromAttachedToConfigured() {
    GuestEvidence nothing = GuestEvidence.NONE;
    GuestEvidence seen = nothing.with(NO_DRIVER);
    GuestEvidence ready = seen.with(DOWN);
    GuestEvidence up = ready.with(UP);
    GuestEvidence configured = up.with(new Fact.Took(V4));

    assertThat(view(nothing, V4).state()).isEqualTo(NicState.ATTACHED);
    assertThat(view(seen, V4).why()).isEqualTo("no driver in the guest has taken it");
    assertThat(view(ready, V4).state()).isEqualTo(NicState.DRIVER_READY);
    assertThat(view(ready, V4).why()).isEqualTo("the guest has not set it up");
    assertThat(view(up, V4).state()).isEqualTo(NicState.UP);
    assertThat(view(up, V4).why()).isEqualTo("the guest has not taken 10.1.2.3");
    assertThat(view(configured, V4))
        .isEqualTo(new GuestView(NicState.CONFIGURED, Optional.of(MAC), false, List.of(V4), ""));
  }

  @Test
  void aNicThatIsSetDownLosesItsAddressesAndOneThatStaysDownDoesNotSpeak() {
    GuestEvidence configured = GuestEvidence.NONE.with(UP).with(new Fact.Took(V4));

    assertThat(view(configured.with(DOWN), V4).state()).isEqualTo(NicState.DRIVER_READY);
    assertThat(view(configured.with(NO_DRIVER), V4).state()).isEqualTo(NicState.ATTACHED);
    assertThat(view(configured.with(UP), V4).state()).isEqualTo(NicState.CONFIGURED);
  }

  @Test
  void whoSpeaksIsUpWhateverItsDriverTells() {
    GuestEvidence speaks = GuestEvidence.NONE.with(DOWN).with(new Fact.Speaks(V4, MAC));

    assertThat(view(speaks, V4).state()).isEqualTo(NicState.CONFIGURED);
    assertThat(view(speaks, V6).state()).isEqualTo(NicState.UP);
    assertThat(view(speaks).state()).as("of layer 2").isEqualTo(NicState.CONFIGURED);
    assertThat(view(speaks.with(DOWN), V4).state())
        .as("a driver that never tells")
        .isEqualTo(NicState.CONFIGURED);
  }

  @Test
  void whatIsMissingOfSeveralAddressesIsNamed() {
    GuestView view = view(GuestEvidence.NONE.with(UP).with(new Fact.Took(V4)), V4, V6);

    assertThat(view.state()).isEqualTo(NicState.CONFIGURED);
    assertThat(view.why()).isEqualTo("the guest has not taken fd00::7");
  }

  @Test
  void aLinkLocalAddressIsNoSignOfALease() {
    GuestEvidence speaks =
        GuestEvidence.NONE.with(UP).with(new Fact.Speaks(Cidr.ip("fe80::1"), MAC));

    assertThat(view(speaks).state()).isEqualTo(NicState.UP);
    assertThat(view(speaks).addresses()).isEmpty();
  }

  @Test
  void anotherHardwareAddressAndNosinessAreReported() {
    DeviceView odd = new DeviceView(true, true, true, Optional.of(OTHER));
    GuestView view = view(GuestEvidence.NONE.with(odd).with(new Fact.Took(V4)), V4);

    assertThat(view.mac()).contains(OTHER);
    assertThat(view.promiscuous()).isTrue();
    assertThat(view.why())
        .isEqualTo(
            "it uses the address 52:54:00:00:00:02 instead of 52:54:00:00:00:01;"
                + " it listens to everything");
  }

  @Test
  void anAgentKnowsBetterThanWhatWasHeard() {
    GuestEvidence taken = GuestEvidence.NONE.with(UP).with(new Fact.Took(V4));
    GuestEvidence dropped = taken.with(Optional.of(new AgentView("ens3", MAC, List.of())));
    GuestEvidence by = dropped.with(Optional.of(new AgentView("ens3", MAC, List.of(V4, V6))));

    assertThat(view(dropped, V4).state()).isEqualTo(NicState.UP);
    assertThat(view(by, V4).addresses()).containsExactly(V4, V6);
    assertThat(view(by, V4).state()).isEqualTo(NicState.CONFIGURED);
  }

  @Test
  void aGuestThatClaimsEveryAddressCostsNoMoreThanAFew() {
    GuestEvidence evidence = GuestEvidence.NONE.with(UP).with(new Fact.Took(V4));
    for (int i = 0; i < 1000; i++) {
      evidence = evidence.with(new Fact.Speaks(Cidr.ip("10.2." + i / 250 + "." + i % 250), MAC));
    }

    assertThat(evidence.spoken()).hasSize(GuestEvidence.MOST).contains(Cidr.ip("10.2.3.249"));
    assertThat(view(evidence, V4).state()).isEqualTo(NicState.CONFIGURED);
  }
}
