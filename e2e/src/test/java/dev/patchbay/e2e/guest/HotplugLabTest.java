package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.hotplug.GuestNics;
import dev.patchbay.vm.hotplug.Plugged;
import dev.patchbay.vm.hotplug.Unplugged;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** NICs into and out of a running guest. */
@Tag("lab")
class HotplugLabTest {
  private static final Duration LIMIT = SmallGuest.LIMIT;
  private static final QemuMachine.Nic ETH0 = nic("eth0-1", "52:54:00:00:00:01");
  private static final QemuMachine.Nic ETH1 = nic("eth1-2", "52:54:00:00:00:02");

  @AutoClose private Lab lab;
  private SmallGuest.Kernel kernel;

  @BeforeEach
  void prepare() throws IOException {
    lab = Lab.create();
    kernel = SmallGuest.Kernel.write(lab.dir("kernel"));
  }

  private static QemuMachine.Nic nic(String id, String mac) {
    return new QemuMachine.Nic(id, new Backend.Hub(0), new MacAddress(mac), OptionalInt.of(1400));
  }

  private GuestNics connect(SmallGuest guest) throws IOException {
    GuestNics nics = GuestNics.connect(guest.machine().monitor(), SmallGuest.PORTS, LIMIT);
    lab.onClose("the connection to the machine", nics::close);
    return nics;
  }

  @Test
  void aGuestSeesNicsComeAndGoAndAnAgentThatComesLaterFindsThem() throws IOException {
    SmallGuest guest = SmallGuest.start(lab, kernel, "", ETH0);
    GuestNics nics = connect(guest);
    assertThat(nics.book().taken()).isEqualTo(Map.of(0, "eth0-1"));

    assertThat(nics.plug(ETH1)).isEqualTo(new Plugged.Done(1));
    guest.awaitNics(ETH0, ETH1);
    assertThat(nics.plug(nic("eth2-3", "52:54:00:00:00:03"))).isEqualTo(new Plugged.NoFreePort(2));

    nics.close();
    GuestNics later = connect(guest);
    assertThat(later.book().taken()).isEqualTo(Map.of(0, "eth0-1", 1, "eth1-2"));
    assertThat(later.unplug("eth1-2", LIMIT)).isEqualTo(new Unplugged.Done());
    later.cut(ETH1);
    guest.awaitNics(ETH0);
    assertThat(later.unplug("eth1-2", LIMIT)).isEqualTo(new Unplugged.Done());

    assertThat(later.plug(nic("eth0-1", "52:54:00:00:00:04")))
        .isInstanceOfSatisfying(
            Plugged.Refused.class, refused -> assertThat(refused.why()).contains("net-eth0-1"));
    assertThat(later.plug(ETH1)).isEqualTo(new Plugged.Done(1));
    guest.awaitNics(ETH0, ETH1);
  }

  @Test
  void aGuestThatDoesNotLetGoLosesItsDataPathAndItsPortIsFreeAfterAReset() throws IOException {
    SmallGuest guest = SmallGuest.start(lab, kernel, "acpi=off");
    GuestNics nics = connect(guest);

    assertThat(nics.plug(ETH0)).isEqualTo(new Plugged.Done(0));
    assertThat(nics.unplug("eth0-1", Duration.ofSeconds(1)))
        .isEqualTo(new Unplugged.Pending("eth0-1"));
    nics.cut(ETH0);
    nics.cut(ETH0);
    assertThat(nics.book().taken()).isEqualTo(Map.of(0, "eth0-1"));
    assertThat(nics.plug(ETH1)).isEqualTo(new Plugged.Done(1));
    guest.awaitNics();

    nics.monitor().execute("system_reset", Map.of(), LIMIT).orThrow();
    Await.until(
        "the reset machine has dropped the device",
        LIMIT,
        () -> nics.book().taken().equals(Map.of(1, "eth1-2")));
  }
}
