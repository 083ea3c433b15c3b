package dev.patchbay.agent.vm;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.vm.machine.MachineUser;
import dev.patchbay.vm.qemu.Accelerator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Our launcher: a machine in its pod's namespace, in a session and a cgroup of its own, as its
 * user.
 *
 * @param program of the shim's package
 * @param cgroups where machines are put
 */
public record Launcher(Path program, MachineCgroups cgroups) implements Launching {
  @Override
  public List<String> before(String vm, Netns netns, MachineUser user, Accelerator accelerator) {
    List<String> all = new ArrayList<>(List.of(program.toString(), "--netns", netns.path()));
    all.add("--setsid");
    cgroups.ensure(vm).ifPresent(path -> all.addAll(List.of("--cgroup", path.toString())));
    if (user.isConfined()) {
      as(user, all);
      // the host's node may be closed to others
      all.add("--tun");
      if (accelerator == Accelerator.KVM) {
        all.add("--kvm");
      }
    }
    all.add("--");
    return List.copyOf(all);
  }

  @Override
  public List<String> probing(MachineUser user) {
    List<String> all = new ArrayList<>(List.of(program.toString(), "--setsid"));
    if (user.isConfined()) {
      as(user, all);
      all.add("--kvm");
    }
    all.add("--");
    return List.copyOf(all);
  }

  private static void as(MachineUser user, List<String> all) {
    String uid = String.valueOf(user.uid());
    all.addAll(List.of("--uid", uid, "--gid", uid));
  }

  @Override
  public void after(String vm) {
    cgroups.delete(vm);
  }
}
