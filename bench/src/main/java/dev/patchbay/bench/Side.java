package dev.patchbay.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of the two that are compared: what a runtime has to exec for a pod. */
sealed interface Side {
  /** As confs and folders name it; short, since it is part of interface names. */
  String name();

  /** What plugs the workload into the pod. */
  List<Call> add(Pod pod, Workload workload);

  /** What unplugs it again; libcni hands plugins the result of their ADD. */
  List<Call> del(Pod pod, Workload workload, Ended added);

  /**
   * Patchbay: one call of the shim for all NICs.
   *
   * @param plugins our plugin folder, with the shim in it
   * @param socket the agent's
   * @param spool where the shim would put a DEL if there were no agent
   * @param leases folder of the reservations
   */
  record Patchbay(Path plugins, Path socket, Path spool, Path leases) implements Side {
    @Override
    public String name() {
      return "pb";
    }

    @Override
    public List<Call> add(Pod pod, Workload workload) {
      return List.of(call("ADD", pod, conf(workload)));
    }

    @Override
    public List<Call> del(Pod pod, Workload workload, Ended added) {
      return List.of(call("DEL", pod, withResult(conf(workload), added.answers().getFirst())));
    }

    private String conf(Workload workload) {
      return """
      {"cniVersion":"1.0.0","name":"pods","type":"patchbay","ifNamePrefix":"net","delegates":[%s]}\
      """
          .formatted(String.join(",", workload.confs(name(), 5, leases)));
    }

    private Call call(String command, Pod pod, String conf) {
      Map<String, String> environment = environment(command, pod, "eth0", plugins);
      environment.put("PATCHBAY_SOCKET", socket.toString());
      environment.put("PATCHBAY_SPOOL", spool.toString());
      return new Call(plugins.resolve("patchbay"), environment, conf);
    }
  }

  /**
   * The reference plugins: one call per NIC, one after another, as Multus would make them.
   *
   * @param folder their executables
   * @param leases folder of the reservations
   */
  record Reference(Path folder, Path leases) implements Side {
    @Override
    public String name() {
      return "rf";
    }

    @Override
    public List<Call> add(Pod pod, Workload workload) {
      List<Call> calls = new ArrayList<>();
      for (String conf : workload.confs(name(), 10, leases)) {
        calls.add(call("ADD", pod, workload, calls.size(), conf));
      }
      return calls;
    }

    @Override
    public List<Call> del(Pod pod, Workload workload, Ended added) {
      List<Call> calls = new ArrayList<>();
      for (String conf : workload.confs(name(), 10, leases)) {
        int nic = calls.size();
        calls.add(call("DEL", pod, workload, nic, withResult(conf, added.answers().get(nic))));
      }
      return calls.reversed();
    }

    private Call call(String command, Pod pod, Workload workload, int nic, String conf) {
      Path plugin =
          folder.resolve(
              switch (workload.kind()) {
                case BRIDGE -> "bridge";
                case MACVLAN -> "macvlan";
              });
      return new Call(
          plugin, environment(command, pod, nic == 0 ? "eth0" : "net" + nic, folder), conf);
    }
  }

  private static Map<String, String> environment(
      String command, Pod pod, String ifName, Path plugins) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", pod.containerId());
    environment.put("CNI_NETNS", pod.netns().toString());
    environment.put("CNI_IFNAME", ifName);
    environment.put("CNI_PATH", plugins.toString());
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    return environment;
  }

  private static String withResult(String conf, Ended.Answer added) {
    return conf.substring(0, conf.length() - 1) + ",\"prevResult\":" + added.stdout().strip() + "}";
  }
}
