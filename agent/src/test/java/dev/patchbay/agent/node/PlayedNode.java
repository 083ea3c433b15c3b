package dev.patchbay.agent.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.vm.Launching;
import dev.patchbay.agent.vm.Machines;
import dev.patchbay.cni.conf.NetworkName;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.vm.fake.FakeQemu;
import dev.patchbay.vm.image.FetchLimits;
import dev.patchbay.vm.image.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * What a played node is configured with.
 *
 * @param folder of all that it keeps
 */
record PlayedNode(Path folder) {
  private static final Path QEMU_IMG = Path.of("/usr/bin/qemu-img");

  AgentConfig config() {
    return AgentConfig.parse(
        """
        stateDir: %1$s
        spool: %1$s/spool
        binDir: %1$s/bin
        confDir: %1$s/confs
        vm: {qemu: %1$s/qemu, images: %1$s/images.yaml, accelerator: tcg, confined: false, user: root}
        """
            .formatted(folder),
        "test");
  }

  /** The network of its pods. */
  StdinConf network() {
    String json =
        """
        {"cniVersion":"1.0.0","name":"pods","type":"patchbay","delegates":[
          {"name":"default","type":"bridge","bridge":"pb-node-test","isDefaultGateway":true,
           "ipam":{"type":"host-local","dataDir":"%s/leases","subnet":"10.96.0.0/24"}}]}
        """
            .formatted(folder);
    return new StdinConf(
        new NetworkName("pods"),
        CniVersion.V1_0_0,
        Optional.of("patchbay"),
        Json.object(json, "test"));
  }

  Images images() {
    return new Images(
        config().vm().images(), folder.resolve("images"), QEMU_IMG, FetchLimits.DEFAULT);
  }

  /** Those that an earlier agent has left running among them. */
  Machines machines(Clock clock) {
    var all =
        new Machines(
            config().vm(), folder.resolve("vm"), folder.resolve("run"), Launching.NONE, clock);
    try {
      int _ = all.adopt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** From now on there is a QEMU, played, and what the pods' machines boot. */
  void hasMachines() throws IOException {
    byte[] kernel = new byte[1024];
    System.arraycopy("HdrS".getBytes(UTF_8), 0, kernel, 0x202, 4);
    Files.write(folder.resolve("vmlinuz"), kernel);
    Files.writeString(
        folder.resolve("images.yaml"),
        "images: [{name: example.test/cirros.img, kernel: {file: \"%s/vmlinuz\"}}]"
            .formatted(folder));
    Path _ = FakeQemu.install(folder);
  }
}
