package dev.patchbay.agent.vm;

import dev.patchbay.vm.hotplug.GuestNics;
import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qmp.QmpClient;
import dev.patchbay.vm.truth.WatchedGuest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the machines of this node can be asked.
 *
 * @param machines of this node
 */
record MachineChannels(Machines machines) implements WatchedGuest.Channels {
  @Override
  public Optional<QmpClient> monitor(String vm) {
    return machines.running(vm).map(GuestNics::monitor);
  }

  @Override
  public Optional<Path> agent(String vm) {
    return Optional.of(machines.folder(vm).run().resolve(QemuMachine.AGENT_CHANNEL))
        .filter(Files::exists);
  }
}
