package dev.patchbay.cri;

import java.nio.file.Path;
import java.util.List;

/**
 * A containerd in folders of its own, beside any other of the machine.
 *
 * @param root images and containers, which outlive it
 * @param state what need not survive a boot
 * @param socket where it answers, at most 107 bytes
 * @param sandboxImage the image of its sandboxes
 * @param binDir where it finds CNI plugins
 * @param confDir where it finds CNI configurations
 * @param apparmor whether containers get a profile, which takes a parser on the machine
 */
public record OwnContainerd(
    Path root,
    Path state,
    Path socket,
    String sandboxImage,
    Path binDir,
    Path confDir,
    boolean apparmor) {
  /** Its configuration: containerd 1.6 and newer. */
  public String toml() {
    return """
    version = 2
    root = "%1$s/root"
    state = "%2$s/state"
    [grpc]
      address = "%3$s"
    [ttrpc]
      address = "%2$s/containerd.ttrpc"
    [plugins."io.containerd.internal.v1.opt"]
      path = "%1$s/opt"
    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "%4$s"
      disable_apparmor = %5$s
      # without CAP_SYS_RESOURCE no score may be lowered
      restrict_oom_score_adj = true
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
      [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = "%6$s"
        conf_dir = "%7$s"
    """
        .formatted(root, state, socket, sandboxImage, !apparmor, binDir, confDir);
  }

  /**
   * Ends what outlives it on purpose: containers' shims. Its own are those that name its socket.
   */
  public void endShims() {
    ProcessHandle.allProcesses()
        .filter(shim ->
            shim.info()
                .arguments()
                .filter(words -> List.of(words).contains(socket.toString()))
                .isPresent())
        .forEach(ProcessHandle::destroyForcibly);
  }
}
