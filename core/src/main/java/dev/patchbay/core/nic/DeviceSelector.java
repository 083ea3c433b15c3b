package dev.patchbay.core.nic;

/** How a definition names a host device; as text it is what follows "device" in a sentence. */
public sealed interface DeviceSelector {
  /** By its name on the host. */
  record ByName(IfName name) implements DeviceSelector {
    @Override
    public String toString() {
      return name.value();
    }
  }

  /** By its Ethernet address. */
  record ByMac(MacAddress mac) implements DeviceSelector {
    @Override
    public String toString() {
      return "with address " + mac;
    }
  }

  /** By its place below /sys/devices, such as {@code /sys/devices/pci0000:00/0000:00:1f.6}. */
  record ByKernelPath(String path) implements DeviceSelector {
    @Override
    public String toString() {
      return "at " + path;
    }
  }

  /** By its bus address: PCI ({@code 0000:00:1f.6}) or auxiliary. */
  record ByBusAddress(String address) implements DeviceSelector {
    @Override
    public String toString() {
      return "at bus address " + address;
    }
  }
}
