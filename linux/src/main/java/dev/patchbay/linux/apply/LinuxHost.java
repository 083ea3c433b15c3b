package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.netns.NotNetnsException;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks at a real machine. Each call opens what it needs and closes it, so that nothing keeps a
 * pod's namespace alive; any thread may call. A socket that cannot be had is an
 * UncheckedIOException.
 */
public final class LinuxHost implements HostObserver {
  private static final int RTN_UNICAST = 1; // linux/rtnetlink.h

  private final NetnsHandle host;
  private final AtomicLong hostCookie = new AtomicLong();

  /** Looks at the host whose namespace is given; the handle stays the caller's, and open. */
  public LinuxHost(NetnsHandle host) {
    this.host = host;
  }

  @Override
  public Identity identify(Netns netns) {
    try {
      if (netns.isHost()) {
        return new Identity.There(new Netns("", hostCookie()), true);
      }
      try (NetnsHandle handle = NetnsHandle.open(Path.of(netns.path()))) {
        long cookie = handle.cookie();
        if (netns.cookie() != 0 && netns.cookie() != cookie) {
          return new Identity.Gone();
        }
        return new Identity.There(new Netns(netns.path(), cookie), cookie == hostCookie());
      }
    } catch (NotNetnsException e) {
      return new Identity.NotANetns("" + e.getMessage());
    } catch (KernelException e) {
      return e.errno().equals(Errno.ENOENT)
          ? new Identity.Gone()
          : new Identity.NotANetns("" + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It never changes, so it is read once. */
  private long hostCookie() throws IOException {
    if (hostCookie.get() == 0) {
      hostCookie.set(host.cookie());
    }
    return hostCookie.get();
  }

  @Override
  public HostView view(Set<IfName> mentioned) {
    try (Namespaces namespaces = new Namespaces(host)) {
      OpenNetns open = namespaces.host();
      Map<IfName, HostView.HostLink> links = new HashMap<>();
      lookUp(open.socket(), List.copyOf(mentioned), links);
      List<IfName> present = links.size() < mentioned.size() ? open.names() : List.of();
      Optional<KernelLink> byDefault = defaultLink(open);
      byDefault.ifPresent(link -> links.put(link.name(), hostLink(link)));
      return new HostView(links, byDefault.map(KernelLink::name), present);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void lookUp(
      RouteSocket socket, List<IfName> names, Map<IfName, HostView.HostLink> found)
      throws IOException {
    List<Request> gets = names.stream().map(name -> Links.get(LinkId.of(name))).toList();
    List<Answer> answers = socket.send(gets);
    for (int i = 0; i < gets.size(); i++) {
      boolean absent =
          answers.get(i) instanceof Answer.Refused(var errno, _, _) && errno.equals(Errno.ENODEV);
      if (!absent) {
        KernelLink link = RouteSocket.linkOf(answers.get(i).orThrow(gets.get(i).what()));
        found.put(names.get(i), hostLink(link));
      }
    }
  }

  private static HostView.HostLink hostLink(KernelLink link) {
    return new HostView.HostLink(link.name(), link.kind(), link.mtu());
  }

  /**
   * The link of the host's default route, IPv4 first. An address set aside for documentation (RFC
   * 5737, RFC 3849) matches nothing but the default route on nearly every host; only where it does
   * is the whole table listed, as that takes long with a route per pod.
   */
  private static Optional<KernelLink> defaultLink(OpenNetns open) throws IOException {
    for (String elsewhere : List.of("192.0.2.1", "2001:db8::1")) {
      Optional<KernelRoute> match = open.socket().routeTo(Cidr.ip(elsewhere));
      boolean odd = match.isPresent() && !isDefault(match.get());
      Optional<KernelRoute> route = odd ? fromTable(open, elsewhere) : match;
      OptionalInt link = route.map(KernelRoute::link).orElse(OptionalInt.empty());
      if (link.isPresent()) {
        return open.link(link.getAsInt());
      }
    }
    return Optional.empty();
  }

  private static boolean isDefault(KernelRoute route) {
    return route.destination().isDefault()
        && route.table() == KernelRoute.MAIN
        && route.type() == RTN_UNICAST;
  }

  private static Optional<KernelRoute> fromTable(OpenNetns open, String elsewhere)
      throws IOException {
    boolean v4 = Cidr.host(Cidr.ip(elsewhere)).isV4();
    return open.socket().routes(KernelRoute.MAIN).stream()
        .filter(route -> isDefault(route) && route.destination().isV4() == v4)
        .findFirst();
  }

  @Override
  public Optional<MovedDevice> device(DeviceSelector device) {
    try (Namespaces namespaces = new Namespaces(host)) {
      return new DeviceOps(namespaces, Path.of("/sys"), Bindings.NONE).seen(device);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<ObservedLink> observe(Netns netns, IfName name) {
    try (Namespaces namespaces = new Namespaces(host)) {
      Optional<OpenNetns> open = namespaces.find(netns);
      Optional<KernelLink> link = open.isEmpty() ? Optional.empty() : open.get().link(name);
      if (open.isEmpty() || link.isEmpty()) {
        return Optional.empty();
      }
      int index = link.get().index();
      return Optional.of(
          new ObservedLink(
              open.get().describe(link.get()),
              link.get().kind(),
              link.get().isUp(),
              open.get().socket().addresses(index).stream().map(Address::cidr).toList(),
              open.get().socket().routesThrough(index).stream()
                  .filter(route -> route.type() == RTN_UNICAST)
                  .map(LinuxHost::route)
                  .toList(),
              open.get().socket().redirection(index)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<LinkSettings> settings(Netns netns, IfName link, LinkSettings which) {
    try (Namespaces namespaces = new Namespaces(host)) {
      return new TuneOps(namespaces, Bindings.NONE).present(netns, link, which);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Route route(KernelRoute route) {
    return new Route(
        route.destination(),
        route.gateway(),
        route.mtu(),
        route.advMss(),
        route.metric().isPresent()
            ? OptionalInt.of((int) route.metric().getAsLong())
            : OptionalInt.empty(),
        route.table() == KernelRoute.MAIN
            ? OptionalInt.empty()
            : OptionalInt.of((int) route.table()),
        route.scope() == 0 ? OptionalInt.empty() : OptionalInt.of(route.scope()));
  }
}
