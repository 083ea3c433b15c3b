package dev.patchbay.e2e;

import dev.patchbay.e2e.cri.Cri.ExecSyncRequest;
import dev.patchbay.e2e.cri.Cri.ExecSyncResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running pod of a {@link ContainerdLab}: a sandbox and one busybox container. */
record Pod(CriClient cri, String name, String uid, String sandbox, String container) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Runs a command inside the container, as {@code kubectl exec} does. */
  Ran exec(String... argv) {
    ExecSyncResponse answer =
        cri.execSync(
            ExecSyncRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(List.of(argv))
                .setTimeout(30)
                .build());
    return new Ran(
        List.of(argv),
        answer.getExitCode(),
        answer.getStdout().toStringUtf8(),
        answer.getStderr().toStringUtf8());
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
    return cri.podSandboxStatus(sandbox).getStatus().getNetwork().getIp();
  }

  /** The path of the pod's network namespace. */
  Path netns() {
    JsonNode spaces = info().path("runtimeSpec").path("linux").path("namespaces");
    return StreamSupport.stream(spaces.spliterator(), false)
        .filter(space -> space.path("type").asString().equals("network"))
        .map(space -> Path.of(space.path("path").asString()))
        .findFirst()
        .orElseThrow();
  }

  /** The CNI result as the runtime read it. */
  JsonNode cniResult() {
    return info().path("cniResult");
  }

  /** Stops the sandbox: the runtime's first DEL. */
  void stop() {
    cri.stopPodSandbox(sandbox);
  }

  /** Removes the sandbox: the runtime's second DEL, without a namespace. */
  void remove() {
    cri.removePodSandbox(sandbox);
  }

  private JsonNode info() {
    return JSON.readTree(cri.podSandboxStatus(sandbox).getInfoOrThrow("info"));
  }
}
