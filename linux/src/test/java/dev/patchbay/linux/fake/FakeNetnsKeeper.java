package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.linux.netns.NetnsKeeper;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps namespaces of a {@link FakeKernel}, below {@code /run/netns/}.
 *
 * @param kernel where they are
 * @param names those that are there
 * @param prefix of their file names
 */
public record FakeNetnsKeeper(FakeKernel kernel, Set<String> names, String prefix)
    implements NetnsKeeper {
  /** A keeper of none. */
  public FakeNetnsKeeper(FakeKernel kernel, String prefix) {
    this(kernel, new TreeSet<>(), prefix);
  }

  /** Where the namespace of that name is, or would be. */
  public Netns at(String name) {
    return Netns.at("/run/netns/" + prefix + name);
  }

  @Override
  public Netns ensure(String name) throws IOException {
    synchronized (names) {
      names.add(name);
      return kernel.identify(at(name)) instanceof HostObserver.Identity.There(var there, _)
          ? there
          : kernel.createNetns(at(name).path());
    }
  }

  @Override
  public void delete(String name) {
    synchronized (names) {
      names.remove(name);
      kernel.destroyNetns(at(name));
    }
  }

  @Override
  public List<String> listed() {
    synchronized (names) {
      return List.copyOf(names);
    }
  }
}
