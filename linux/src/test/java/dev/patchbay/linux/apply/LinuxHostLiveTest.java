package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.NET1;
import static dev.patchbay.linux.apply.Lab.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Routes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinuxHostLiveTest {
  private static final IfName ETH1 = new IfName("eth1");

  private Lab lab;
  private LinuxHost observer;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
    observer = new LinuxHost(lab.host);
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void aNamespaceIsToldWithItsCookie() {
    assertThat(observer.identify(Netns.at(lab.pod.path())))
        .isEqualTo(new HostObserver.Identity.There(lab.pod, false));
    assertThat(observer.identify(lab.pod))
        .isEqualTo(new HostObserver.Identity.There(lab.pod, false));
  }

  @Test
  void theHostsOwnNamespaceIsRecognised() throws Exception {
    var self = new LinuxHost(dev.patchbay.linux.netns.NetnsHandle.open(Path.of(lab.pod.path())));

    assertThat(self.identify(lab.pod)).isEqualTo(new HostObserver.Identity.There(lab.pod, true));
    assertThat(observer.identify(Netns.HOST))
        .isEqualTo(new HostObserver.Identity.There(new Netns("", lab.host.cookie()), true));
  }

  @Test
  void anAbsentNamespaceIsGone() throws Exception {
    lab.deletePod("pod");

    assertThat(observer.identify(lab.pod)).isEqualTo(new HostObserver.Identity.Gone());
    assertThat(observer.observe(lab.pod, NET1)).isEmpty();
  }

  @Test
  void anotherNamespaceUnderThePathIsNotTheMeantOne() throws Exception {
    lab.deletePod("pod");
    Netns second = lab.newPod("pod");

    assertThat(observer.identify(lab.pod)).isEqualTo(new HostObserver.Identity.Gone());
    assertThat(observer.identify(second)).isEqualTo(new HostObserver.Identity.There(second, false));
  }

  @Test
  void aPlainFileIsNoNamespace() throws Exception {
    Path file = Files.createTempFile("plain", "");
    try {
      assertThat(observer.identify(Netns.at(file.toString())))
          .isInstanceOf(HostObserver.Identity.NotANetns.class)
          .asString()
          .contains("plain file");
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void mentionedLinksAreLookedUpAndOthersNamedOnlyWhenOneIsMissing() throws Exception {
    lab.strangersVeth(Netns.HOST, ETH1);

    assertThat(observer.view(Set.of(ETH1)))
        .isEqualTo(
            new HostView(
                java.util.Map.of(ETH1, new HostView.HostLink(ETH1, "veth", 1500)),
                Optional.empty(),
                List.of()));
    assertThat(observer.view(Set.of(ETH1, NET1)).present())
        .containsExactly(ETH1, new IfName("eth1p"));
    assertThat(observer.view(Set.of()).present()).isEmpty();
  }

  private void defaultRoute(String address, String dst, String gateway) throws Exception {
    int index = lab.onHost(ETH1).index();
    lab.look(
        Netns.HOST,
        (_, socket) ->
            socket.run(
                dev.patchbay.linux.rtnetlink.Addresses.add(
                    dev.patchbay.linux.rtnetlink.Address.on(index, Cidr.parse(address))),
                Routes.add(
                    KernelRoute.to(Cidr.parse(dst)).via(Cidr.ip(gateway)).dev(index).build())));
  }

  private void eth1Up() throws Exception {
    lab.strangersVeth(Netns.HOST, ETH1);
    lab.set(Netns.HOST, ETH1, new LinkSetting.Up(true));
    lab.set(Netns.HOST, new IfName("eth1p"), new LinkSetting.Up(true));
  }

  @Test
  void theLinkOfTheDefaultRouteIsFoundAndDescribed() throws Exception {
    eth1Up();
    defaultRoute("10.1.0.2/24", "0.0.0.0/0", "10.1.0.1");

    assertThat(observer.view(Set.of()).defaultLink()).contains(ETH1);
    assertThat(observer.view(Set.of()).links()).containsKey(ETH1);
  }

  @Test
  void theDefaultRouteIsFoundBehindAMoreSpecificOne() throws Exception {
    eth1Up();
    defaultRoute("10.1.0.2/24", "0.0.0.0/0", "10.1.0.1");
    defaultRoute("10.2.0.2/24", "192.0.2.0/24", "10.2.0.1");

    assertThat(observer.view(Set.of()).defaultLink()).contains(ETH1);
  }

  @Test
  void aHostWithIpv6OnlyHasADefaultLinkToo() throws Exception {
    eth1Up();
    defaultRoute("fd07::2/64", "::/0", "fd07::1");

    assertThat(observer.view(Set.of()).defaultLink()).contains(ETH1);
  }

  @Test
  void aLinkIsObservedWithItsAddressesAndRoutesOfAllTables() throws Exception {
    lab.strangersVeth(lab.pod, NET1);
    lab.set(lab.pod, new IfName("net1p"), new LinkSetting.Up(true));
    Route far =
        new Route(
            Cidr.parse("10.7.0.0/16"),
            Optional.of(Cidr.ip("10.1.2.9")),
            java.util.OptionalInt.empty(),
            java.util.OptionalInt.empty(),
            java.util.OptionalInt.of(50),
            java.util.OptionalInt.of(1000),
            java.util.OptionalInt.empty());
    lab.lease(List.of(far, route("fd01::/48")), "10.1.2.3/24", "fd00:9::5/64>fd00:9::1");
    lab.done(lab.up(), lab.configure(LinkOp.RouteStyle.SUBNET));

    HostObserver.ObservedLink seen = observer.observe(lab.pod, NET1).orElseThrow();

    assertThat(seen.up()).isTrue();
    assertThat(seen.kind()).isEqualTo("veth");
    assertThat(seen.link().index()).isEqualTo(lab.inPod(NET1).index());
    assertThat(seen.addresses()).contains(Cidr.parse("10.1.2.3/24"), Cidr.parse("fd00:9::5/64"));
    assertThat(seen.routes()).contains(far);
    assertThat(seen.routes())
        .extracting(Route::dst)
        .contains(Cidr.parse("10.1.2.0/24"), Cidr.parse("fd01::/48"), Cidr.parse("fd00:9::/64"));
    assertThat(observer.observe(lab.pod, ETH1)).isEmpty();
  }
}
