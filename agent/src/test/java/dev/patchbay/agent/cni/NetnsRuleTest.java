package dev.patchbay.agent.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetnsRuleTest {
  private static final List<Path> ROOTS =
      List.of(Path.of("/run/netns"), Path.of("/var/run/netns"), Path.of("/proc"));

  /** A host on which every path is a namespace, but for a few whose names tell what they are. */
  private static final class NamedHost implements HostObserver {
    @Override
    public Identity identify(Netns netns) {
      return switch (netns.path().substring(netns.path().lastIndexOf('/') + 1)) {
        case "gone" -> new Identity.Gone();
        case "file" -> new Identity.NotANetns("a regular file");
        // what a symbolic link in an allowed folder may lead to
        case "host" -> new Identity.There(new Netns(netns.path(), 1), true);
        default -> new Identity.There(new Netns(netns.path(), 42), false);
      };
    }

    @Override
    public HostView view(Set<IfName> mentioned) {
      return new HostView(Map.of(), Optional.empty(), List.of());
    }

    @Override
    public Optional<MovedDevice> device(DeviceSelector device) {
      return Optional.empty();
    }

    @Override
    public Optional<ObservedLink> observe(Netns netns, IfName link) {
      return Optional.empty();
    }

    @Override
    public Optional<LinkSettings> settings(Netns netns, IfName link, LinkSettings which) {
      return Optional.empty();
    }
  }

  private final NetnsRule rule = new NetnsRule(ROOTS, new NamedHost());

  private static void refuses(NetnsRule rule, String path, String why) {
    assertThatThrownBy(() -> rule.require(path, false))
        .isInstanceOfSatisfying(
            CniException.class,
            refused -> assertThat(refused.error().code()).isEqualTo(CniError.INVALID_NETNS))
        .hasMessageContaining("CNI_NETNS \"" + path + "\"")
        .hasMessageContaining(why);
    assertThat(rule.find(path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/run/netns/cni-1",
        "/var/run/netns/cni-1",
        "/run/netns/podman/a",
        "/proc/1234/ns/net",
        "/proc/1234/task/1235/ns/net"
      })
  void namespaceBelowAnAllowedFolderOrOfAProcessIsTakenWithItsCookie(String path) {
    assertThat(rule.require(path, false)).isEqualTo(new Netns(path, 42));
    assertThat(rule.find(path)).contains(new Netns(path, 42));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "/run/netns/../../etc/passwd",
        "/run/netns/./a",
        "/run/netns/a/../../../proc/1/ns/net",
        "/run/netnsx/a",
        "/run",
        "run/netns/a",
        "/proc/self/ns/net",
        "/proc/1234/ns/mnt",
        "/proc/1234/ns/net/",
        "/proc/1234/root/run/netns/a",
        "/proc/12x4/ns/net",
        "/proc/1234/../1/ns/net"
      })
  void otherPlacesAreRefusedWhateverIsThere(String path) {
    refuses(rule, path, "is outside the allowed places");
  }

  @Test
  void processesAreRefusedWhereTheRootsDoNotNameProc() {
    refuses(
        new NetnsRule(List.of(Path.of("/run/netns")), new NamedHost()),
        "/proc/1/ns/net",
        "is outside the allowed places");
  }

  @Test
  void whatIsThereMustBeANamespaceOfItsOwn() {
    refuses(rule, "/run/netns/gone", "is not there");
    refuses(rule, "/run/netns/file", "is no network namespace: a regular file");
    assertThatThrownBy(() -> rule.require("/run/netns/host", false))
        .hasMessageContaining("is the host's own");
    assertThat(rule.require("/run/netns/host", true)).isEqualTo(new Netns("/run/netns/host", 1));
  }

  @Test
  void textThatIsNoPathIsRefused() {
    refuses(rule, "/run/netns/\0", "is no path");
  }

  @Property
  void anyTextIsTakenOrRefusedWithCode8(@ForAll String text) {
    for (String path : List.of(text, "/run/netns/" + text, "/proc/1" + text)) {
      try {
        assertThat(Path.of(rule.require(path, false).path()).normalize())
            .matches(normal -> ROOTS.stream().anyMatch(normal::startsWith));
      } catch (CniException refused) {
        assertThat(refused.error().code()).isEqualTo(CniError.INVALID_NETNS);
      }
    }
  }
}
