package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.TunedSettings;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Settings changed, with a note of what they were. */
record TuneOps(Namespaces namespaces, Bindings bound) {
  Performed tune(LinkOp.Tune op) throws IOException {
    OpenNetns netns = namespaces.of(op.netns());
    KernelLink link = netns.require(op.link(), "tune");
    Map<String, SysctlKey> keys = keys(op.settings(), op.link());
    LinkSettings before = before(netns, link, op.settings(), keys);
    try {
      set(netns, link, op.settings(), keys);
    } catch (IOException e) {
      putBack(netns, link, before, keys, e);
      throw e;
    }
    KernelLink after = netns.require(op.link(), "look up");
    return new Performed.Done(
        Bindings.of(op.before(), new TunedSettings(before))
            .and(Bindings.of(op.after(), netns.describe(after))));
  }

  /** The present values; empty when one of them, the link or the namespace is not there. */
  Optional<LinkSettings> present(Netns netns, IfName name, LinkSettings which) throws IOException {
    Optional<OpenNetns> open = namespaces.find(netns);
    Optional<KernelLink> link = open.isEmpty() ? Optional.empty() : open.get().link(name);
    if (open.isEmpty() || link.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(before(open.get(), link.get(), which, keys(which, name)));
    } catch (Refusal _) {
      return Optional.empty(); // no such sysctl any more
    }
  }

  private static void putBack(
      OpenNetns netns,
      KernelLink link,
      LinkSettings before,
      Map<String, SysctlKey> keys,
      IOException why) {
    try {
      set(netns, link, before, keys);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private static Map<String, SysctlKey> keys(LinkSettings settings, IfName link) throws Refusal {
    Map<String, SysctlKey> keys = new LinkedHashMap<>();
    for (String text : settings.sysctl().keySet()) {
      try {
        keys.put(text, SysctlKey.parse(text, link));
      } catch (IllegalArgumentException e) {
        var refusal =
            new Refusal(
                new AttachFailure.InvalidField(
                    "sysctl", text, "" + e.getMessage(), "name one below net"));
        refusal.initCause(e);
        throw refusal;
      }
    }
    return keys;
  }

  private static LinkSettings before(
      OpenNetns netns, KernelLink link, LinkSettings wanted, Map<String, SysctlKey> keys)
      throws IOException {
    Map<String, String> values = new TreeMap<>();
    if (!keys.isEmpty()) {
      Map<SysctlKey, String> now = read(netns, keys);
      keys.forEach((text, key) -> values.put(text, now.getOrDefault(key, "")));
    }
    return new LinkSettings(
        values,
        wanted.mac().flatMap(_ -> link.address()),
        wanted.mtu().isPresent() ? OptionalInt.of(link.mtu()) : OptionalInt.empty(),
        wanted.promisc().map(_ -> link.isPromiscuous()),
        wanted.allmulti().map(_ -> link.isAllMulticast()),
        wanted.txQLen().isPresent() ? OptionalInt.of(link.txQueueLength()) : OptionalInt.empty());
  }

  private static Map<SysctlKey, String> read(OpenNetns netns, Map<String, SysctlKey> keys)
      throws IOException {
    try {
      return Sysctls.read(netns.handle(), Set.copyOf(keys.values()));
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.ENOENT)) {
        throw e;
      }
      var refusal =
          new Refusal(
              new AttachFailure.InvalidField(
                  "sysctl",
                  String.join(", ", keys.keySet()),
                  "" + e.getMessage(),
                  "name sysctls that this kernel has in a container's namespace"));
      refusal.initCause(e);
      throw refusal;
    }
  }

  private static void set(
      OpenNetns netns, KernelLink link, LinkSettings settings, Map<String, SysctlKey> keys)
      throws IOException {
    List<LinkSetting> changes = new ArrayList<>();
    settings.mac().ifPresent(mac -> changes.add(new LinkSetting.Mac(mac)));
    settings.mtu().ifPresent(mtu -> changes.add(new LinkSetting.Mtu(mtu)));
    settings.promisc().ifPresent(on -> changes.add(new LinkSetting.Promiscuous(on)));
    settings.allmulti().ifPresent(on -> changes.add(new LinkSetting.AllMulticast(on)));
    settings.txQLen().ifPresent(length -> changes.add(new LinkSetting.TxQueueLength(length)));
    if (!changes.isEmpty()) {
      netns.socket().run(Links.set(link.id(), changes));
    }
    write(netns, settings, keys);
  }

  private static void write(OpenNetns netns, LinkSettings settings, Map<String, SysctlKey> keys)
      throws IOException {
    Map<SysctlKey, String> values = new LinkedHashMap<>();
    settings.sysctl().forEach((text, value) -> putIfKnown(values, keys.get(text), value));
    if (!values.isEmpty()) {
      Sysctls.write(netns.handle(), values);
    }
  }

  private static void putIfKnown(
      Map<SysctlKey, String> values, @Nullable SysctlKey key, String value) {
    if (key != null) {
      values.put(key, value);
    }
  }

  Performed untune(LinkOp.Untune op) throws IOException {
    LinkSettings was =
        bound
            .find(op.before(), TunedSettings.class)
            .map(TunedSettings::before)
            .orElse(op.planned());
    Optional<OpenNetns> netns = namespaces.find(op.netns());
    if (netns.isEmpty()) {
      return Performed.done();
    }
    Map<String, SysctlKey> keys = keys(was, op.link());
    Optional<KernelLink> link = netns.get().link(op.link());
    if (link.isPresent()) {
      set(netns.get(), link.get(), was, keys);
    } else {
      // the link has taken its own settings along, but what it had set of the namespace stays
      keys.values().removeIf(key -> key.parts().contains(op.link().value()));
      write(netns.get(), was, keys);
    }
    return Performed.done();
  }
}
