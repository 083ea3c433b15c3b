package dev.patchbay.cri;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container to create.
 *
 * @param attempt how many containers of this name the sandbox had before
 * @param command replaces the image's entrypoint; empty keeps it
 * @param args replaces the image's arguments; empty keeps them
 * @param env in this order
 * @param stdin whether a stdin is held open for attach
 * @param stdinOnce whether the first attach that ends closes it
 * @param logPath relative to the sandbox's log directory
 * @param labels added to kubelet's own, which win
 */
public record ContainerConfig(
    String name,
    int attempt,
    String image,
    List<String> command,
    List<String> args,
    Optional<String> workingDir,
    Map<String, String> env,
    boolean tty,
    boolean stdin,
    boolean stdinOnce,
    Limits limits,
    Security security,
    String logPath,
    Map<String, String> labels,
    Map<String, String> annotations) {
  public ContainerConfig {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** The first container of that name, running what its image says. */
  public static ContainerConfig of(String name, String image) {
    return new ContainerConfig(
        name,
        0,
        image,
        List.of(),
        List.of(),
        Optional.empty(),
        Map.of(),
        false,
        false,
        false,
        Limits.NONE,
        Security.DEFAULT,
        name + "/0.log",
        Map.of(),
        Map.of());
  }

  /** The same running that command. */
  public ContainerConfig running(String... command) {
    return new ContainerConfig(
        name,
        attempt,
        image,
        List.of(command),
        args,
        workingDir,
        env,
        tty,
        stdin,
        stdinOnce,
        limits,
        security,
        logPath,
        labels,
        annotations);
  }

  /** The same with a stdin to attach to, and a terminal when {@code tty}. */
  public ContainerConfig interactive(boolean tty, boolean stdinOnce) {
    return new ContainerConfig(
        name,
        attempt,
        image,
        command,
        args,
        workingDir,
        env,
        tty,
        true,
        stdinOnce,
        limits,
        security,
        logPath,
        labels,
        annotations);
  }
}
