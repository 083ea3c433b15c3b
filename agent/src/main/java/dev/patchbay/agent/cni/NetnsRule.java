package dev.patchbay.agent.cni;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.HostObserver;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which namespaces a caller may name: those below the configured folders, or a process's by /proc.
 *
 * @param roots the folders
 * @param host looks at what is behind a path
 */
public record NetnsRule(List<Path> roots, HostObserver host) {
  private static final Pattern OF_PROCESS = Pattern.compile("/proc/[0-9]+(/task/[0-9]+)?/ns/net");

  /** Copies the list. */
  public NetnsRule {
    roots = List.copyOf(roots);
  }

  /** The namespace to attach to; throws CniException code 8 when it may not be, or is none. */
  public Netns require(String path, boolean override) {
    return switch (host.identify(Netns.at(allowed(path)))) {
      case HostObserver.Identity.There(var netns, var isHosts) -> {
        if (isHosts && !override) {
          throw refused(path, "is the host's own; a container needs one of its own");
        }
        yield netns;
      }
      case HostObserver.Identity.Gone() ->
          throw refused(path, "is not there; the runtime makes it before ADD");
      case HostObserver.Identity.NotANetns(var problem) ->
          throw refused(path, "is no network namespace: " + problem);
    };
  }

  /** Whether it is there; a path that may not be named is not. */
  public Optional<Netns> find(String path) {
    try {
      return host.identify(Netns.at(allowed(path)))
              instanceof HostObserver.Identity.There(var netns, _)
          ? Optional.of(netns)
          : Optional.empty();
    } catch (CniException _) {
      return Optional
          .empty(); // DEL must not fail for a path; without it nothing in there is touched
    }
  }

  private String allowed(String path) {
    try {
      Path given = Path.of(path);
      boolean below =
          roots.stream().anyMatch(root -> given.startsWith(root) && !root.equals(Path.of("/proc")));
      boolean ofProcess = roots.contains(Path.of("/proc")) && OF_PROCESS.matcher(path).matches();
      if (given.equals(given.normalize()) && (below || ofProcess)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new CniException(
          CniError.of(
              CniError.INVALID_NETNS, "CNI_NETNS \"" + path + "\" is no path: " + e.getReason()),
          e);
    }
    throw refused(
        path,
        "is outside the allowed places "
            + roots
            + "; add its folder to netnsRoots of the agent's configuration");
  }

  private static CniException refused(String path, String problem) {
    return CniException.of(CniError.INVALID_NETNS, "CNI_NETNS \"" + path + "\" " + problem);
  }
}
