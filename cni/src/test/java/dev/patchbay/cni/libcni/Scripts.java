package dev.patchbay.cni.libcni;

import dev.patchbay.cni.skel.CniCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Plugins of a few lines of shell in a folder of a test, and calls of them. */
record Scripts(Path folder, List<String> log) {
  Scripts(Path folder) {
    this(folder, new CopyOnWriteArrayList<>());
  }

  Path plugin(String type, String... lines) throws IOException {
    Path file = folder.resolve(type);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  DelegateExec exec(Duration time, String... launcher) {
    return exec(new ExecLimits(time, 1 << 20, 6, Duration.ofMillis(10)), launcher);
  }

  DelegateExec exec(ExecLimits limits, String... launcher) {
    return new DelegateExec(
        PluginSearch.excluding(),
        List.of(launcher),
        limits,
        (type, line) -> log.add(type + ": " + line));
  }

  PluginCall call(CniCommand command, String type, String conf) {
    return new PluginCall(
        command,
        type,
        conf.replace('\'', '"'),
        "c1",
        "/run/netns/a",
        "eth0",
        "A=B",
        List.of(folder.toString()),
        Map.of("PATH", "/usr/bin:/bin", "OURS", "kept", "CNI_IFNAME", "overwritten"));
  }

  PluginCall add(String type) {
    return call(CniCommand.ADD, type, "{'cniVersion':'0.4.0','name':'n','type':'" + type + "'}");
  }
}
