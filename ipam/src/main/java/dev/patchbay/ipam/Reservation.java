package dev.patchbay.ipam;

import java.time.Instant;

/**
 * An address that is taken, as the folder tells.
 *
 * @param address the file's name
 * @param occupant the file's content
 * @param written when the file was written last, by the host's clock
 */
public record Reservation(IpAddress address, Occupant occupant, Instant written) {}
