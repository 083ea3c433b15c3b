package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.TunedSettings;
import dev.patchbay.linux.libc.Errno;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Settings changed, with a note of what they were. */
record TuneOps(World world, Bindings bound) {
  Performed tune(LinkOp.Tune op) {
    FakeNetns netns = world.netns(op.netns());
    FakeLink link = world.link(netns, op.link(), "tune " + op.link());
    LinkSettings before = present(netns, link, op.settings());
    set(netns, link, op.settings());
    return new Performed.Done(
        Bindings.of(op.before(), new TunedSettings(before))
            .and(Bindings.of(op.after(), world.describe(link))));
  }

  LinkSettings present(FakeNetns netns, FakeLink link, LinkSettings which) {
    Map<String, String> values = new TreeMap<>();
    which.sysctl().keySet().forEach(key -> values.put(key, sysctl(netns, key)));
    return new LinkSettings(
        values,
        which.mac().map(_ -> link.mac),
        which.mtu().isPresent() ? OptionalInt.of(link.mtu) : OptionalInt.empty(),
        which.promisc().map(_ -> link.promisc),
        which.allmulti().map(_ -> link.allmulti),
        which.txQLen().isPresent() ? OptionalInt.of(link.txQLen) : OptionalInt.empty());
  }

  private String sysctl(FakeNetns netns, String key) {
    return LinkState.sysctl(world, netns, SysctlKey.parse(key))
        .orElseThrow(() ->
            new Refusal(
                new AttachFailure.InvalidField(
                    "sysctl",
                    key,
                    "read sysctl " + SysctlKey.parse(key) + ": " + Errno.ENOENT,
                    "name sysctls that this kernel has in a container's namespace")));
  }

  Performed untune(LinkOp.Untune op) {
    Optional<FakeNetns> netns = world.find(op.netns());
    LinkSettings was =
        bound
            .find(op.before(), TunedSettings.class)
            .map(TunedSettings::before)
            .orElse(op.planned());
    netns.ifPresent(there ->
        world
            .find(there, op.link())
            .ifPresentOrElse(
                link -> set(there, link, was), () -> setBeside(there, op.link(), was)));
    return Performed.done();
  }

  /** The link has taken its own settings along, but what it had set of the namespace stays. */
  private void setBeside(FakeNetns netns, IfName gone, LinkSettings settings) {
    settings
        .sysctl()
        .forEach((text, value) -> {
          SysctlKey key = SysctlKey.parse(text);
          if (!key.link().equals(Optional.of(gone))) {
            LinkState.setSysctl(world, netns, key, value);
          }
        });
  }

  private void set(FakeNetns netns, FakeLink link, LinkSettings settings) {
    settings
        .sysctl()
        .forEach((key, value) -> LinkState.setSysctl(world, netns, SysctlKey.parse(key), value));
    settings.mac().ifPresent(mac -> setMac(link, mac));
    settings.mtu().ifPresent(mtu -> world.setMtu(link, mtu));
    settings.promisc().ifPresent(promisc -> link.promisc = promisc);
    settings.allmulti().ifPresent(allmulti -> link.allmulti = allmulti);
    settings.txQLen().ifPresent(length -> link.txQLen = length);
  }

  private void setMac(FakeLink link, MacAddress mac) {
    if (!mac.isUnicast()) {
      throw Refusal.kernel("set address " + mac + " of " + link.name, Errno.EADDRNOTAVAIL, "");
    }
    link.mac = mac;
  }
}
