package dev.patchbay.agent.vm;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.vm.machine.MachineUser;
import dev.patchbay.vm.qemu.Accelerator;
import java.util.List;

/** What is put before QEMU so that it runs where and as whom it should. */
public interface Launching {
  /** QEMU runs as we do, where we are; for machines that are played. */
  Launching NONE =
      new Launching() {
        @Override
        public List<String> before(
            String vm, Netns netns, MachineUser user, Accelerator accelerator) {
          return List.of();
        }

        @Override
        public List<String> probing(MachineUser user) {
          return List.of();
        }

        @Override
        public void after(String vm) {}
      };

  /** Program and arguments before a machine's QEMU. */
  List<String> before(String vm, Netns netns, MachineUser user, Accelerator accelerator);

  /** Program and arguments before a QEMU that tries what machines of that user could do. */
  List<String> probing(MachineUser user);

  /** Takes away what was made for a machine; twice is once. */
  void after(String vm);
}
