package dev.patchbay.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** podman 4 with its CNI backend, in the lab's host namespace and folders. */
final class PodmanLab {
  private final Lab lab;
  private final Path folder;
  private final Path netDir;
  private final Map<String, String> env;

  private PodmanLab(Lab lab, Path binDir, Map<String, String> pluginEnv) {
    this.lab = lab;
    this.folder = lab.dir("podman");
    this.netDir = lab.dir("podman", "net.d");
    Path conf = lab.write(folder.resolve("containers.conf"), conf(binDir, pluginEnv));
    this.env = Map.of("CONTAINERS_CONF", conf.toString());
  }

  /** Makes its folders and loads the image; {@code binDir} and {@code env} as for containerd. */
  static PodmanLab start(Lab lab, Path binDir, Map<String, String> env) {
    Lab.require(
        Files.isExecutable(Path.of("/usr/bin/podman")), "no podman: e2e/lab-tools packages");
    PodmanLab podman = new PodmanLab(lab, binDir, env);
    Lab.require(
        podman.podman("--version").output().contains("version 4."),
        "only podman 4 calls CNI plugins");
    podman.podman("load", "-i", LabImages.dockerArchive(lab).toString()).output();
    lab.onClose("podman's containers", () -> podman.podman("rm", "-f", "-a", "-t", "0").output());
    return podman;
  }

  /** Puts a network into podman's folder, whose name is the conflist's. */
  void network(String fileName, String conflist) {
    lab.write(netDir.resolve(fileName), conflist);
  }

  /** Runs a sleeping container on the networks, each as {@code name:interface_name=eth0}. */
  void run(String name, String... networks) {
    List<String> argv = new ArrayList<>(List.of("run", "-d", "--name", name));
    for (String network : networks) {
      argv.addAll(List.of("--network", network));
    }
    argv.addAll(List.of(LabImages.BUSYBOX, "-c", "while :; do sleep 1; done"));
    podman(argv.toArray(String[]::new)).output();
  }

  /** Runs a command inside a container. */
  Ran exec(String container, String... argv) {
    List<String> all = new ArrayList<>(List.of("exec", container));
    all.addAll(List.of(argv));
    return podman(all.toArray(String[]::new)).run();
  }

  /** The names of a container's interfaces, without lo. */
  List<String> interfaces(String container) {
    return Interfaces.names(exec(container, "ip", "-o", "link").orFail());
  }

  /** Any podman command on the lab's own storage. */
  Command podman(String... argv) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "podman",
                "--root",
                folder.resolve("root").toString(),
                "--runroot",
                folder.resolve("runroot").toString(),
                "--tmpdir",
                folder.resolve("tmp").toString()));
    all.addAll(List.of(argv));
    return lab.inHost(all.toArray(String[]::new)).with(env).within(Duration.ofSeconds(60));
  }

  /** The environment is in the file because conmon, which cleans up, inherits nothing else. */
  private String conf(Path binDir, Map<String, String> pluginEnv) {
    String variables =
        pluginEnv.entrySet().stream()
            .map(variable -> "\"" + variable.getKey() + "=" + variable.getValue() + "\"")
            .collect(Collectors.joining(", "));
    return """
    [engine]
    cgroup_manager = "cgroupfs"
    events_logger = "file"
    runtime = "runc"
    env = [%s]
    # the default, shared memory, is one for the whole machine
    lock_type = "file"
    [network]
    network_backend = "cni"
    cni_plugin_dirs = ["%s"]
    network_config_dir = "%s"
    [containers]
    default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
    """
        .formatted(variables, binDir, netDir);
  }
}
