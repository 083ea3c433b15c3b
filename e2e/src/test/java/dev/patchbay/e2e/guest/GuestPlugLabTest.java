package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Lab;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** NICs of a pod handed to a real guest, by the plans that also run on a node. */
@Tag("lab")
class GuestPlugLabTest {
  @AutoClose private Lab lab;
  private PluggedGuest pod;

  @BeforeEach
  void prepare() throws IOException {
    lab = Lab.create();
    pod = new PluggedGuest(lab);
  }

  private static NicRecord plugged(Attached attached) {
    return ((Attached.All) attached).nics().getFirst();
  }

  private static String mac(NicRecord nic) {
    return nic.handedOver().orElseThrow().mac().value();
  }

  @Test
  void nicsOfAPodWorkInItsGuestFromTheStartAndLater() throws IOException {
    String empty = pod.state();
    NicRecord eth0 = plugged(pod.plug(pod.bridge("eth0")));
    ShellGuest guest = pod.start("");
    speaks(guest, guest.nic(mac(eth0)), "10.2.0.10/24", "10.2.0.1", "");
    assertThat(guest.type("cat /sys/class/net/eth0/mtu")).contains("1400");

    NicRecord eth1 = plugged(pod.plug(pod.bridge("eth1")));
    speaks(guest, guest.nic(mac(eth1)), "10.2.0.11/24", "10.2.0.1", "");
    NicRecord eth2 = plugged(pod.plug(PluggedGuest.alone("eth2")));
    String name = guest.nic(mac(eth2));
    speaks(guest, name, "10.9.0.2/32", "169.254.1.1", "ip route add 169.254.1.1 dev " + name);
    Attached none = pod.plug(pod.bridge("eth3"));
    assertThat(none)
        .isInstanceOfSatisfying(
            Attached.None.class,
            refused -> {
              assertThat(refused.why()).isEqualTo(new AttachFailure.NoGuestPort("vm-uid", 3));
              assertThat(refused.leftBehind()).isEmpty();
            });
    assertThat(pod.leases()).containsExactlyInAnyOrder("10.2.0.10", "10.2.0.11");

    for (String nic : new String[] {"eth1", "eth2"}) {
      String gone = mac(pod.record(nic));
      assertThat(pod.unplug(nic)).isInstanceOf(Detached.Gone.class);
      assertThat(guest.type("cat /sys/class/net/*/address")).doesNotContain(gone);
    }
    assertThat(pod.monitor().book().taken()).isEqualTo(Map.of(0, "eth0"));
    guest.kill();
    pod.off();
    assertThat(pod.unplug("eth0")).isInstanceOf(Detached.Gone.class);
    assertThat(pod.records()).isEmpty();
    assertThat(pod.leases()).isEmpty();
    assertThat(pod.state()).isEqualTo(empty);
  }

  private static void speaks(
      ShellGuest guest, String nic, String address, String other, String route) throws IOException {
    guest.type("ip address flush dev " + nic + "; ip link set " + nic + " up");
    guest.type(
        "ip address add " + address + " dev " + nic + "; " + (route.isEmpty() ? ":" : route));
    String source = address.substring(0, address.indexOf('/'));
    String ping =
        "for i in 1 2 3 4 5; do ping -I " + source + " -c 1 -W 1 " + other + " && break; done";
    assertThat(guest.type(ping)).contains("1 packets received");
  }

  @Test
  void guestThatDoesNotLetGoKeepsAnEmptyShellUntilItIsReset() throws IOException {
    String empty = pod.state();
    pod.waitAtMost(Duration.ofSeconds(3));
    ShellGuest guest = pod.start(" acpi=off");
    plugged(pod.plug(pod.bridge("eth1")));
    assertThat(pod.unplug("eth1"))
        .isInstanceOfSatisfying(
            Detached.Owed.class,
            owed ->
                assertThat(owed.why()).isEqualTo(new AttachFailure.GuestHolds("vm-uid", "eth1")));
    NicRecord held = pod.record("eth1");
    assertThat(held.state()).isEqualTo(NicState.DETACH_PENDING);
    assertThat(held.trouble().orElseThrow()).contains("has not let go of device eth1", "reset");
    assertThat(pod.leases()).isEmpty();
    assertThat(pod.state()).isEqualTo(empty);
    pod.settle();
    assertThat(pod.records()).hasSize(1);

    NicRecord again = plugged(pod.plug(pod.bridge("eth1")));
    assertThat(again.guestEnd().orElseThrow().device()).isEqualTo("eth1-2");
    assertThat(pod.unplug("eth1")).isInstanceOf(Detached.Owed.class);
    assertThat(pod.monitor().book().taken().values()).containsExactlyInAnyOrder("eth1", "eth1-2");
    pod.monitor().monitor().execute("system_reset", Map.of(), ShellGuest.LIMIT).orThrow();
    Await.until(
        "the reset machine has dropped its devices",
        ShellGuest.LIMIT,
        () -> pod.monitor().book().taken().isEmpty());
    pod.settle();
    assertThat(pod.records()).isEmpty();
    assertThat(pod.journal().stories("vm-uid-0").getLast().outcome()).isEqualTo("detached");
    guest.kill();
    pod.off();
    assertThat(pod.state()).isEqualTo(empty);
  }
}
