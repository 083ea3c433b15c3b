package dev.patchbay.e2e;

import dev.patchbay.cri.CriClient;
import dev.patchbay.cri.ExecResult;
import dev.patchbay.cri.SandboxStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A running pod of a {@link ContainerdLab}: a sandbox and one busybox container. */
record Pod(CriClient cri, String name, String uid, String sandbox, String container) {
  /** Runs a command inside the container, as {@code kubectl exec} does. */
  Ran exec(String... argv) {
    ExecResult result =
        Cri.ask(() -> cri.execSync(container, List.of(argv), Duration.ofSeconds(30)));
    return new Ran(List.of(argv), result.exitCode(), result.stdout(), result.stderr());
  }

  /** The names of the interfaces inside, in the kernel's order, without lo. */
  List<String> interfaces() {
    return Interfaces.names(exec("ip", "-o", "link").orFail());
  }

  /** The IPv4 address of an interface inside, as {@code 10.1.2.3/24}. */
  String address(String ifname) {
    return Interfaces.address(exec("ip", "-o", "-4", "addr", "show", "dev", ifname).orFail());
  }

  /** The runtime's address of the pod. */
  String ip() {
    return status().ips().getFirst();
  }

  /** The path of the pod's network namespace. */
  Path netns() {
    return status().netns().orElseThrow();
  }

  /** The CNI result as the runtime read it. */
  JsonNode cniResult() {
    return status().cniResult();
  }

  /** Stops the sandbox: the runtime's first DEL. */
  void stop() {
    Cri.tell(() -> cri.stopSandbox(sandbox));
  }

  /** Removes the sandbox: the runtime's second DEL, without a namespace. */
  void remove() {
    Cri.tell(() -> cri.removeSandbox(sandbox));
  }

  private SandboxStatus status() {
    return Cri.ask(() -> cri.sandbox(sandbox));
  }
}
