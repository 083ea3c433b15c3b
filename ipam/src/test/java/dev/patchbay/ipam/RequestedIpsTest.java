package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.ips;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestedIpsTest {
  private static final List<Addressing.Ip> CONFIGURED = List.of(ip("10.1.0.5/24", "10.1.0.1"));

  private static Addressing.Ip ip(String cidr, String... gateway) {
    Optional<InetAddress> via =
        gateway.length == 0 ? Optional.empty() : Optional.of(Cidr.ip(gateway[0]));
    return new Addressing.Ip(Cidr.parse(cidr), via);
  }

  @Test
  void hostLocalTakesAllThreeWaysTogether() {
    assertThat(
            new RequestedIps(
                    "10.1.0.7", "", List.of("10.2.0.7/24", "fd00::7"), List.of("10.1.0.7/16"))
                .forHostLocal())
        .isEqualTo(ips("10.1.0.7", "10.2.0.7", "fd00::7"));
    assertThat(RequestedIps.NONE.forHostLocal()).isEmpty();
  }

  @Test
  void staticKeepsTheConfiguredAddressesAndAddsThoseOfCniArgs() {
    assertThat(RequestedIps.NONE.forStatic(CONFIGURED)).isEqualTo(CONFIGURED);
    assertThat(
            new RequestedIps(
                    "10.2.0.5/24, fd00::5/64",
                    "fd00::1,10.2.0.1, 10.2.0.2,10.1.0.9",
                    List.of(),
                    List.of())
                .forStatic(CONFIGURED))
        .containsExactly(
            ip("10.1.0.5/24", "10.1.0.1"),
            ip("10.2.0.5/24", "10.2.0.2"),
            ip("fd00::5/64", "fd00::1"));
  }

  @Test
  void staticLetsArgsReplaceAllAndTheRuntimeReplaceArgs() {
    assertThat(
            new RequestedIps("10.2.0.5/24", "10.2.0.1", List.of("10.3.0.5/24"), List.of())
                .forStatic(CONFIGURED))
        .containsExactly(ip("10.3.0.5/24"));
    assertThat(
            new RequestedIps("", "", List.of("10.3.0.5/24"), List.of("10.4.0.5/24"))
                .forStatic(CONFIGURED))
        .containsExactly(ip("10.4.0.5/24"));
  }

  @Test
  void whatIsNoAddressIsRefusedNamingItsField() {
    refused(() -> requested("x", "", "", "").forHostLocal(), "CNI_ARGS IP: \"x\"");
    refused(
        () -> requested("1.2.3.4,1.2.3.5", "", "", "").forHostLocal(), "CNI_ARGS IP: \"1.2.3.4,");
    refused(() -> requested("", "", "", "").forHostLocal(), "args.cni.ips: \"\"");
    refused(() -> requested("", "", "::1", "y").forHostLocal(), "runtimeConfig.ips: \"y\"");
    refused(() -> requested("1.2.3.4", "", "", "").forStatic(List.of()), "no prefix length");
    refused(
        () -> requested("1.2.3.4/8", "gw", "", "").forStatic(List.of()),
        "CNI_ARGS GATEWAY: \"gw\"");
    refused(
        () -> requested("", "", "1.2.3.4", "").forStatic(List.of()), "args.cni.ips: \"1.2.3.4\"");
    refused(
        () -> requested("", "", "1.2.3.4/8", "z").forStatic(List.of()), "runtimeConfig.ips: \"z\"");
  }

  private static RequestedIps requested(String ip, String gateway, String cni, String runtime) {
    return new RequestedIps(ip, gateway, List.of(cni), List.of(runtime));
  }

  private static void refused(Runnable read, String part) {
    assertThatIllegalArgumentException().isThrownBy(read::run).withMessageContaining(part);
  }
}
