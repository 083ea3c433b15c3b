package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** What is seen of a world by looking. */
record Observation(World world) implements HostObserver {
  @Override
  public Identity identify(Netns netns) {
    return world
        .find(netns)
        .<Identity>map(found -> new Identity.There(found.handle(), found.cookie == World.HOST))
        .orElseGet(Identity.Gone::new);
  }

  @Override
  public HostView view(Set<IfName> mentioned) {
    FakeNetns host = world.host();
    Map<IfName, HostView.HostLink> links = new TreeMap<>();
    for (FakeLink link : world.linksOf(host)) {
      if (mentioned.contains(link.name)) {
        links.put(link.name, hostLink(link));
      }
    }
    List<IfName> present =
        links.keySet().containsAll(mentioned) ? List.of() : DeviceOps.names(world, host);
    Optional<FakeLink> byDefault = defaultLink(host, true).or(() -> defaultLink(host, false));
    byDefault.ifPresent(link -> links.put(link.name, hostLink(link)));
    return new HostView(links, byDefault.map(link -> link.name), present);
  }

  private static HostView.HostLink hostLink(FakeLink link) {
    return new HostView.HostLink(link.name, link.shape.kind(), link.mtu);
  }

  private Optional<FakeLink> defaultLink(FakeNetns host, boolean v4) {
    return host.routes.stream()
        .filter(route -> route.isDefault() && route.dst().isV4() == v4)
        .findFirst()
        .flatMap(route -> world.byId(route.link()));
  }

  @Override
  public Optional<MovedDevice> device(DeviceSelector device) {
    return new DeviceOps(world, Bindings.NONE).seen(device);
  }

  @Override
  public Optional<ObservedLink> observe(Netns netns, IfName name) {
    return world.find(netns).flatMap(found -> world.find(found, name)).map(this::observed);
  }

  private ObservedLink observed(FakeLink link) {
    List<Route> routes =
        world.netnsOf(link).routes.stream()
            .filter(route -> route.link() == link.id)
            .map(Observation::route)
            .toList();
    return new ObservedLink(
        world.describe(link),
        link.shape.kind(),
        link.up,
        link.addresses,
        routes,
        link.redirectedTo.isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(
                world.byId(link.redirectedTo.getAsLong()).map(to -> to.index).orElse(0)));
  }

  @Override
  public Optional<LinkSettings> settings(Netns netns, IfName name, LinkSettings which) {
    return world
        .find(netns)
        .flatMap(found ->
            world
                .find(found, name)
                .map(link -> new TuneOps(world, Bindings.NONE).present(found, link, which)));
  }

  private static Route route(FakeRoute route) {
    return new Route(
        route.dst(),
        route.gateway(),
        route.mtu(),
        route.advmss(),
        route.metric() == 0 ? OptionalInt.empty() : OptionalInt.of(route.metric()),
        route.table() == FakeRoute.MAIN ? OptionalInt.empty() : OptionalInt.of(route.table()),
        OptionalInt.empty());
  }
}
