package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;

/** The scripts that the guest starts with. */
enum GuestScripts {
  INIT,
  BOOT,
  NICS,
  SMALL,
  CIRROS_DHCPC,
  LEASE,
  EVERY_NIC,
  TO_DISK;

  String text() {
    String name = "/guest/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".sh";
    try (var in = Objects.requireNonNull(GuestScripts.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
