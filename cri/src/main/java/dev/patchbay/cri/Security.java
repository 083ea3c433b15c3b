package dev.patchbay.cri;

import java.util.List;
import java.util.OptionalLong;

/**
 * As whom and with which rights a container runs.
 *
 * @param user uid; empty is the image's
 * @param group gid; only with a user
 * @param add capabilities beyond the runtime's default, without {@code CAP_}
 */
public record Security(
    OptionalLong user,
    OptionalLong group,
    boolean privileged,
    boolean readOnlyRoot,
    List<String> add,
    List<String> drop) {
  /** The image's user with the runtime's default rights. */
  public static final Security DEFAULT =
      new Security(OptionalLong.empty(), OptionalLong.empty(), false, false, List.of(), List.of());

  public Security {
    if (group.isPresent() && user.isEmpty()) {
      throw new IllegalArgumentException("runAsGroup needs runAsUser");
    }
    add = List.copyOf(add);
    drop = List.copyOf(drop);
  }
}
