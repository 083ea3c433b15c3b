package dev.patchbay.vm.truth;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.vm.qmp.QmpAnswer;
import dev.patchbay.vm.qmp.QmpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What QEMU knows of a virtio NIC from its guest's driver.
 *
 * @param driver whether a driver has taken it
 * @param up whether the guest has set it up, as far as its driver tells
 * @param promiscuous whether the guest wants all frames
 * @param mac the address that the guest uses, which may be another than the one it was given; empty
 *     when QEMU does not say
 */
public record DeviceView(
    boolean driver, boolean up, boolean promiscuous, Optional<MacAddress> mac) {
  private static final String READY = "DRIVER_OK";
  private static final String EVERYTHING = "all";

  /**
   * Asks QEMU; empty when the machine has no such device any more. Asking makes QEMU tell the next
   * change by an event, NIC_RX_FILTER_CHANGED.
   *
   * @param device QEMU's device id
   * @param limit for each of two questions
   * @throws IOException when it does not answer
   */
  public static Optional<DeviceView> ask(QmpClient qmp, String device, Duration limit)
      throws IOException {
    QmpAnswer filter = qmp.execute("query-rx-filter", Map.of("name", device), limit);
    if (!(filter instanceof QmpAnswer.Returned(var list)) || list.path(0).isMissingNode()) {
      return Optional.empty();
    }
    String path = "/machine/peripheral/" + device + "/virtio-backend";
    // experimental, and absent before QEMU 7.2: then the filter alone has to tell
    return qmp.execute("x-query-virtio-status", Map.of("path", path), limit)
            instanceof QmpAnswer.Returned(var status)
        ? Optional.of(of(list.path(0), Optional.of(status)))
        : Optional.of(of(list.path(0), Optional.empty()));
  }

  /**
   * Reads QEMU's answers.
   *
   * @param filter to {@code query-rx-filter}; a device without driver lets everything in
   * @param virtio to {@code x-query-virtio-status}
   */
  static DeviceView of(JsonNode filter, Optional<JsonNode> virtio) {
    boolean driver =
        virtio
            .map(DeviceView::isReady)
            .orElseGet(() -> !filter.path("vlan").asString("").equals(EVERYTHING));
    boolean listens =
        !filter.path("multicast-table").isEmpty()
            || filter.path("multicast").asString("").equals(EVERYTHING);
    boolean up = driver && listens;
    return new DeviceView(
        driver,
        up,
        up && filter.path("promiscuous").asBoolean(false),
        mac(filter.path("main-mac").asString("")));
  }

  private static boolean isReady(JsonNode virtio) {
    for (JsonNode word : virtio.path("status").path("statuses")) {
      if (word.asString("").contains(READY)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<MacAddress> mac(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(new MacAddress(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // the guest may set what it likes
    }
  }
}
