package dev.patchbay.vm.cloudinit;

import java.util.Map;
import java.util.Optional;

/**
 * How the guest learns what its NICs have. By DHCP unless asked otherwise: the responder on each
 * tap says what is true now, a route to a gateway outside the NIC's network included, while a text
 * on a disk says what was true at the first boot and is read by no later one.
 *
 * @param way how
 * @param version of cloud-init's network configuration, 1 or 2
 */
public record NetworkStyle(Way way, int version) {
  /** DHCP, in the version that can say that a boot need not wait for a NIC. */
  public static final NetworkStyle DEFAULT = new NetworkStyle(Way.DHCP, 2);

  static final String WAY = "patchbay.dev/cloud-init-network";
  static final String VERSION = "patchbay.dev/cloud-init-network-version";
  private static final String FORCE_DHCP = "VirtletForceDHCPNetworkConfig";

  /** Throws IllegalArgumentException when there is no such version. */
  public NetworkStyle {
    if (version != 1 && version != 2) {
      throw new IllegalArgumentException(VERSION + " " + version + " cannot be: write 1 or 2");
    }
  }

  /** How a guest learns what a NIC has. */
  public enum Way {
    /** It asks on each NIC. */
    DHCP,
    /** It is written on the seed disk. */
    STATIC,
    /** Nothing is written: the image knows what to do. */
    NONE
  }

  /** What the annotations of a pod say; throws IllegalArgumentException naming key and value. */
  static NetworkStyle of(Map<String, String> annotations) {
    String text = annotations.getOrDefault(WAY, "dhcp");
    boolean forced = "true".equals(annotations.get(FORCE_DHCP));
    Way way =
        switch (text) {
          case "dhcp" -> Way.DHCP;
          case "static" -> forced ? Way.DHCP : Way.STATIC;
          case "none" -> Way.NONE;
          default ->
              throw new IllegalArgumentException(
                  "annotation %s \"%s\" cannot be: write dhcp, static or none"
                      .formatted(WAY, text));
        };
    int version =
        switch (Optional.ofNullable(annotations.get(VERSION)).orElse("2")) {
          case "1" -> 1;
          case "2" -> 2;
          default ->
              throw new IllegalArgumentException(
                  "annotation %s \"%s\" cannot be: write 1 or 2"
                      .formatted(VERSION, annotations.get(VERSION)));
        };
    return new NetworkStyle(way, version);
  }
}
