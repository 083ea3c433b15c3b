package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicKind;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The configuration of {@code host-device}. */
final class HostDeviceConf implements KindConf {
  private static final Pattern KERNEL_PATH = Pattern.compile("/sys/devices/[A-Za-z0-9_.:/-]+");
  private static final Pattern BUS_ADDRESS = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

  @Override
  public String type() {
    return "host-device";
  }

  @Override
  public Set<String> served() {
    return Set.of("device", "hwaddr", "kernelpath", "pciBusID", "deviceID");
  }

  @Override
  public NicKind read(Fields conf) {
    Optional<DeviceSelector> given =
        conf.object("runtimeConfig")
            .flatMap(runtime -> runtime.parsed("deviceID", HostDeviceConf::bus));
    return new NicKind.HostDevice(
        given
            .or(() -> conf.parsed("device", text -> new DeviceSelector.ByName(new IfName(text))))
            .or(() -> conf.parsed("hwaddr", text -> new DeviceSelector.ByMac(new MacAddress(text))))
            .or(() -> conf.parsed("kernelpath", HostDeviceConf::kernelPath))
            .or(() -> conf.parsed("pciBusID", HostDeviceConf::bus))
            .orElseThrow(() ->
                conf.bad(
                    "device",
                    "is missing; name \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\"")));
  }

  private static DeviceSelector kernelPath(String text) {
    if (!KERNEL_PATH.matcher(text).matches() || text.contains("..")) {
      throw new IllegalArgumentException("\"" + text + "\" is no path below /sys/devices");
    }
    return new DeviceSelector.ByKernelPath(text);
  }

  private static DeviceSelector bus(String text) {
    if (!BUS_ADDRESS.matcher(text).matches() || text.contains("..")) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no bus address; write it as 0000:00:1f.6");
    }
    return new DeviceSelector.ByBusAddress(text);
  }
}
