package dev.patchbay.kube.dialect;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where networks are defined when the configuration does not say.
 *
 * @param confDir CNI configurations, such as {@code /etc/cni/net.d}
 * @param networkDefinitions NetworkAttachmentDefinitions; absent for none
 */
public record Folders(Path confDir, Optional<Path> networkDefinitions) {}
