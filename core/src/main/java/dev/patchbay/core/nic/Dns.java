package dev.patchbay.core.nic;

import java.util.List;
import java.util.Optional;

/**
 * Name resolution that a network suggests (CNI spec, section 5).
 *
 * @param nameservers addresses, best first
 * @param domain the local domain
 * @param search search list
 * @param options resolver options
 */
public record Dns(
    List<String> nameservers, Optional<String> domain, List<String> search, List<String> options) {
  /** Nothing suggested. */
  public static final Dns NONE = new Dns(List.of(), Optional.empty(), List.of(), List.of());

  /** Copies the lists. */
  public Dns {
    nameservers = List.copyOf(nameservers);
    search = List.copyOf(search);
    options = List.copyOf(options);
  }

  /** Whether nothing is suggested. */
  public boolean isEmpty() {
    return equals(NONE);
  }
}
