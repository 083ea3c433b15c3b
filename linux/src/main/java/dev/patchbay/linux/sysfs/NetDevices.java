package dev.patchbay.linux.sysfs;

import dev.patchbay.core.nic.IfName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which links hang on which devices of the bus. A sysfs shows the links of the namespace it was
 * mounted in, so this is about the host only; {@code KernelLink.device()} needs no sysfs and tells
 * the same for links whose device is on the bus itself.
 */
public final class NetDevices {
  private static final Pattern PCI =
      Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-1][0-9a-f]\\.[0-7]");
  private static final Pattern AUXILIARY = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");

  private final Path sysfs;

  /** Looks below a mounted sysfs, /sys on most hosts. */
  public NetDevices(Path sysfs) {
    this.sysfs = sysfs;
  }

  /**
   * The links of a PCI ({@code 0000:3b:02.3}) or auxiliary device ({@code mlx5_core.sf.4}), in
   * order of name; none when there is no such device or it is with a driver of no network.
   *
   * @throws IllegalArgumentException when the text is no such address
   */
  public List<IfName> atBusAddress(String address) throws IOException {
    if (PCI.matcher(address).matches()) {
      return below(sysfs.resolve("bus/pci/devices").resolve(address));
    }
    if (AUXILIARY.matcher(address).matches()) {
      return below(sysfs.resolve("bus/auxiliary/devices").resolve(address));
    }
    throw new IllegalArgumentException(
        "\"" + address + "\" is no bus address; write one such as 0000:3b:02.3");
  }

  /**
   * The links of the device at a path that starts with {@code /sys/devices/}.
   *
   * @throws IllegalArgumentException when the path leads elsewhere
   */
  public List<IfName> atKernelPath(String path) throws IOException {
    Path given = Path.of(path).normalize();
    Path devices = Path.of("/sys/devices");
    if (!given.startsWith(devices) || given.equals(devices)) {
      throw new IllegalArgumentException(
          "\"" + path + "\" is not below /sys/devices, where the kernel keeps devices");
    }
    return below(sysfs.resolve("devices").resolve(devices.relativize(given)));
  }

  /** The PCI address that a link of the host hangs on, also with a virtio device in between. */
  public Optional<String> pciAddressOf(IfName link) throws IOException {
    Path device;
    try {
      device = sysfs.resolve("class/net").resolve(link.value()).resolve("device").toRealPath();
    } catch (NoSuchFileException _) {
      return Optional.empty(); // a virtual link, or none
    }
    Optional<String> last = Optional.empty();
    for (Path part : device) {
      if (PCI.matcher(part.toString()).matches()) {
        last = Optional.of(part.toString());
      }
    }
    return last;
  }

  private static List<IfName> below(Path device) throws IOException {
    List<IfName> names = new ArrayList<>(names(device.resolve("net")));
    for (Path virtio : list(device, "virtio*")) {
      names.addAll(names(virtio.resolve("net")));
    }
    return names.stream().sorted().toList();
  }

  private static List<IfName> names(Path net) throws IOException {
    return list(net, "*").stream().map(p -> new IfName(p.getFileName().toString())).toList();
  }

  private static List<Path> list(Path folder, String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    } catch (NoSuchFileException _) {
      return List.of(); // unplugged, or of a driver without links
    }
    return found;
  }
}
