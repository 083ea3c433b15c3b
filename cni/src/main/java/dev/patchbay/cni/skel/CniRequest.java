package dev.patchbay.cni.skel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a runtime asks of us, read from the environment and stdin by {@link RequestParser}; each
 * command has just what it may rely on.
 */
public sealed interface CniRequest {
  /**
   * Attach.
   *
   * @param attachment the container and the interface to make in it
   * @param netns the container's network namespace, by path
   * @param args of {@code CNI_ARGS}
   * @param path where the runtime keeps plugins
   * @param netnsOverride the runtime vouches for a namespace that is the plugin's own
   * @param conf the network
   */
  record Add(
      AttachmentId attachment,
      String netns,
      CniArgs args,
      List<Path> path,
      boolean netnsOverride,
      StdinConf conf)
      implements CniRequest {
    /** Copies the list. */
    public Add {
      path = List.copyOf(path);
    }
  }

  /**
   * Detach.
   *
   * @param attachment the container and the interface in it
   * @param netns the container's network namespace; absent when it is gone already
   * @param args of {@code CNI_ARGS}
   * @param path where the runtime keeps plugins
   * @param netnsOverride the runtime vouches for a namespace that is the plugin's own
   * @param conf the network
   */
  record Del(
      AttachmentId attachment,
      Optional<String> netns,
      CniArgs args,
      List<Path> path,
      boolean netnsOverride,
      StdinConf conf)
      implements CniRequest {
    /** Copies the list. */
    public Del {
      path = List.copyOf(path);
    }
  }

  /**
   * Look.
   *
   * @param attachment the container and the interface in it
   * @param netns the container's network namespace, by path
   * @param args of {@code CNI_ARGS}
   * @param path where the runtime keeps plugins
   * @param conf the network
   */
  record Check(AttachmentId attachment, String netns, CniArgs args, List<Path> path, StdinConf conf)
      implements CniRequest {
    /** Copies the list. */
    public Check {
      path = List.copyOf(path);
    }
  }

  /**
   * Take away what no valid attachment owns.
   *
   * @param path where the runtime keeps plugins
   * @param valid the attachments to leave alone; absent when the runtime does not say, which is not
   *     the same as none
   * @param conf the network
   */
  record Gc(List<Path> path, Optional<ValidAttachments> valid, StdinConf conf)
      implements CniRequest {
    /** Copies the list. */
    public Gc {
      path = List.copyOf(path);
    }
  }

  /**
   * Say whether an ADD would work.
   *
   * @param path where the runtime keeps plugins
   * @param conf the network
   */
  record Status(List<Path> path, StdinConf conf) implements CniRequest {
    /** Copies the list. */
    public Status {
      path = List.copyOf(path);
    }
  }

  /** Say which versions we speak: answer {@link VersionReply#ours()}. */
  record Version() implements CniRequest {}

  /** No command: a person has run the plugin; say on stderr what it is, and succeed. */
  record About() implements CniRequest {}
}
