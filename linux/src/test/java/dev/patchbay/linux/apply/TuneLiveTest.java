package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.NET1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.core.plan.TunedSettings;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.Links;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TuneLiveTest {
  private static final MacAddress MAC = new MacAddress("02:00:00:00:00:dd");
  private static final Ref<TunedSettings> BEFORE = new Ref<>("before");
  private static final Ref<Link> AFTER = new Ref<>("after");
  private static final LinkSettings ALL =
      new LinkSettings(
          Map.of("net.ipv4.conf.net1.arp_filter", "1", "net/core/somaxconn", "500"),
          Optional.of(MAC),
          OptionalInt.of(1400),
          Optional.of(true),
          Optional.of(true),
          OptionalInt.of(77));

  private Lab lab;
  private KernelLink before;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
    before = lab.strangersVeth(lab.pod, NET1);
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private LinkOp.Tune tune(LinkSettings settings) {
    return new LinkOp.Tune(lab.pod, NET1, settings, BEFORE, AFTER);
  }

  private static LinkSettings sysctl(String key, String value) {
    return new LinkSettings(
        Map.of(key, value),
        Optional.empty(),
        OptionalInt.of(1400),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }

  private LinkOp.Untune untune() {
    return new LinkOp.Untune(lab.pod, NET1, BEFORE, LinkSettings.NONE);
  }

  private void assertAsBefore() throws Exception {
    KernelLink now = lab.inPod(NET1);
    assertThat(now.address()).isEqualTo(before.address());
    assertThat(now.mtu()).isEqualTo(before.mtu());
    assertThat(now.isPromiscuous()).isFalse();
    assertThat(now.isAllMulticast()).isFalse();
    assertThat(now.txQueueLength()).isEqualTo(before.txQueueLength());
    assertThat(lab.sysctl(lab.pod, "net", "ipv4", "conf", "net1", "arp_filter")).isEqualTo("0");
    assertThat(lab.sysctl(lab.pod, "net", "core", "somaxconn")).isEqualTo("4096");
  }

  @Test
  void whatWasSetOfTheNamespaceIsPutBackAlsoWithoutTheLinkAndFromThePlanAlone() throws Exception {
    lab.done(tune(sysctl("net.core.somaxconn", "500")));
    lab.bound = Bindings.NONE;
    lab.look(lab.pod, (_, socket) -> socket.run(Links.delete(LinkId.of(NET1))));

    LinkSettings planned =
        LinkSettings.ofSysctls(
            Map.of("net.core.somaxconn", "4096", "net.ipv4.conf.net1.arp_filter", "0"));
    lab.done(new LinkOp.Untune(lab.pod, NET1, BEFORE, planned));

    assertThat(lab.sysctl(lab.pod, "net", "core", "somaxconn")).isEqualTo("4096");
  }

  @Test
  void everySettingIsMadeToldAndTakenBack() throws Exception {
    lab.done(tune(ALL));

    KernelLink now = lab.inPod(NET1);
    assertThat(now.address()).contains(MAC);
    assertThat(now.mtu()).isEqualTo(1400);
    assertThat(now.isPromiscuous()).isTrue();
    assertThat(now.isAllMulticast()).isTrue();
    assertThat(now.txQueueLength()).isEqualTo(77);
    assertThat(lab.sysctl(lab.pod, "net", "ipv4", "conf", "net1", "arp_filter")).isEqualTo("1");
    assertThat(lab.sysctl(lab.pod, "net", "core", "somaxconn")).isEqualTo("500");
    assertThat(lab.bound.link(AFTER)).contains(new Link(lab.pod, now.index(), NET1, MAC, 1400));

    lab.done(untune(), untune());
    assertAsBefore();
  }

  @Test
  void aRefusedSysctlTakesBackTheLinksSettings() throws Exception {
    AttachFailure why = lab.refused(tune(sysctl("net.ipv4.conf.net1.arp_filter", "pear")));

    assertThat(why.message()).contains("net/ipv4/conf/net1/arp_filter", "pear", "EINVAL");
    assertAsBefore();
  }

  @Test
  void anUnknownSysctlIsNamed() throws Exception {
    assertThat(lab.refused(tune(sysctl("net.ipv4.nonsense", "1"))).message())
        .contains("net/ipv4/nonsense", "ENOENT");
    assertAsBefore();
  }

  @Test
  void aSysctlOutsideTheNetworkIsRefused() throws Exception {
    assertThat(lab.refused(tune(sysctl("kernel.hostname", "x"))))
        .isInstanceOf(AttachFailure.InvalidField.class);
    assertAsBefore();
  }

  @Test
  void untuningTheAbsentIsDone() throws Exception {
    lab.done(untune());
    lab.done(tune(ALL));
    lab.look(lab.pod, (_, socket) -> socket.run(Links.delete(LinkId.of(NET1))));
    lab.done(untune());
    lab.deletePod("pod");
    lab.done(untune());
  }
}
