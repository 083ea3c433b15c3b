package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds from where on this node a pod is reached. A container is reached from within. A guest is
 * not: what arrives in its namespace is handed to it, but what starts there never leaves. So it is
 * reached from where its network is: its VPC's router, or the host when the host's route leads to
 * the NIC itself and not out to strangers who may have the same address.
 *
 * @param host the host's namespace
 * @param consoles tell which pods are machines
 */
record WaysIn(NetnsHandle host, Consoles consoles) {
  private static final String OTHERWISE = "kubectl attach -it, or connect from another pod";

  /** The way to the primary NIC; throws Refusal where there is none. */
  WayIn to(List<NicRecord> nics, String pod) {
    NicRecord primary =
        nics.stream()
            .min(Comparator.comparing(NicRecord::isPlugged).thenComparingInt(NicRecord::position))
            .orElseThrow(() -> new Refusal(pod + " has no NIC", "patchbay get nics -A"));
    return isMachine(primary)
        ? toGuest(primary, pod)
        : new WayIn(primary.netns(), InetAddress.getLoopbackAddress(), "in its own namespace");
  }

  private boolean isMachine(NicRecord nic) {
    return switch (nic.key().owner()) {
      case Owner.Pod(var uid) -> consoles.open().stream().anyMatch(one -> one.vm().equals(uid));
      case Owner.Vm _ -> true;
      case Owner.Container _ -> false;
    };
  }

  private WayIn toGuest(NicRecord nic, String pod) {
    Result result = NicView.result(nic);
    InetAddress address =
        NicView.addresses(result, nic)
            .map(ip -> ip.address().address())
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    "NIC %s of %s has no address that is known here"
                        .formatted(nic.key().nic(), pod),
                    OTHERWISE));
    if (nic.planned().attachment().chain().getFirst()
        instanceof Attachment.Member.Native(NicKind.VpcPort port, _, _, _)) {
      return fromRouter(port, address, pod);
    }
    return fromHost(result, nic, address, pod);
  }

  private static WayIn fromRouter(NicKind.VpcPort port, InetAddress address, String pod) {
    if (!port.gateway()) {
      throw new Refusal(
          "the subnet of %s has no gateway, so nothing of this node has an address in it"
              .formatted(pod),
          OTHERWISE);
    }
    return new WayIn(port.router(), address, "from its VPC's router " + port.router());
  }

  private WayIn fromHost(Result result, NicRecord nic, InetAddress address, String pod) {
    String link = linkTowards(address).map(found -> found.name().value()).orElse("");
    boolean direct =
        result.interfaces().stream()
            .filter(one -> one.sandbox().isEmpty())
            .map(ResultInterface::name)
            .anyMatch(link::equals);
    if (!direct) {
      String where = link.isEmpty() ? "has no route to it" : "would look for it behind " + link;
      throw new Refusal(
          "NIC %s of %s (%s, network %s) cannot be reached from its own host, which %s"
              .formatted(
                  nic.key().nic(),
                  pod,
                  address.getHostAddress(),
                  nic.planned().attachment().network(),
                  where),
          OTHERWISE);
    }
    return new WayIn(Netns.HOST, address, "from the host by " + link);
  }

  private Optional<KernelLink> linkTowards(InetAddress address) {
    try (RouteSocket socket = RouteSocket.open(host)) {
      Optional<KernelRoute> route = socket.routeTo(address);
      return route.isPresent() && route.get().link().isPresent()
          ? socket.link(LinkId.of(route.get().link().getAsInt()))
          : Optional.empty();
    } catch (IOException e) {
      throw new Refusal("the host's routes cannot be read: " + e.getMessage(), "ip route");
    }
  }
}
