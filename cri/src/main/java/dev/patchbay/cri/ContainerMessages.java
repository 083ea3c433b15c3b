package dev.patchbay.cri;

import dev.patchbay.cri.wire.Cri;
import java.nio.file.Path;
import java.util.Optional;

/** Containers as messages and back. */
final class ContainerMessages {
  private ContainerMessages() {}

  static Cri.ContainerConfig config(SandboxConfig sandbox, ContainerConfig config) {
    var message =
        Cri.ContainerConfig.newBuilder()
            .setMetadata(
                Cri.ContainerMetadata.newBuilder()
                    .setName(config.name())
                    .setAttempt(config.attempt()))
            .setImage(image(config.image()))
            .addAllCommand(config.command())
            .addAllArgs(config.args())
            .setWorkingDir(config.workingDir().orElse(""))
            .putAllLabels(Labels.of(sandbox.pod(), config.name(), config.labels()))
            .putAllAnnotations(config.annotations())
            .setLogPath(config.logPath())
            .setStdin(config.stdin())
            .setStdinOnce(config.stdinOnce())
            .setTty(config.tty())
            .setLinux(
                Cri.LinuxContainerConfig.newBuilder()
                    .setResources(resources(config.limits()))
                    .setSecurityContext(security(sandbox, config.security())));
    config
        .env()
        .forEach(
            (key, value) -> message.addEnvs(Cri.KeyValue.newBuilder().setKey(key).setValue(value)));
    return message.build();
  }

  static Cri.ImageSpec image(String name) {
    return Cri.ImageSpec.newBuilder().setImage(name).build();
  }

  private static Cri.LinuxContainerResources resources(Limits limits) {
    var message = Cri.LinuxContainerResources.newBuilder();
    limits.cpuShares().ifPresent(message::setCpuShares);
    limits
        .cpuQuotaMicros()
        .ifPresent(quota -> message.setCpuPeriod(Limits.PERIOD_MICROS).setCpuQuota(quota));
    limits.memoryBytes().ifPresent(message::setMemoryLimitInBytes);
    return message.build();
  }

  private static Cri.LinuxContainerSecurityContext security(
      SandboxConfig sandbox, Security security) {
    var message =
        Cri.LinuxContainerSecurityContext.newBuilder()
            .setPrivileged(security.privileged())
            .setReadonlyRootfs(security.readOnlyRoot())
            .setNamespaceOptions(SandboxMessages.namespaces(sandbox))
            .setCapabilities(
                Cri.Capability.newBuilder()
                    .addAllAddCapabilities(security.add())
                    .addAllDropCapabilities(security.drop()));
    security.user().ifPresent(user -> message.setRunAsUser(number(user)));
    security.group().ifPresent(group -> message.setRunAsGroup(number(group)));
    return message.build();
  }

  private static Cri.Int64Value number(long value) {
    return Cri.Int64Value.newBuilder().setValue(value).build();
  }

  static Container container(Cri.Container message) {
    return new Container(
        message.getId(),
        message.getPodSandboxId(),
        message.getMetadata().getName(),
        message.getMetadata().getAttempt(),
        phase(message.getState()),
        SandboxMessages.instant(message.getCreatedAt()),
        message.getImage().getImage(),
        message.getLabelsMap(),
        message.getAnnotationsMap());
  }

  private static Container.Phase phase(Cri.ContainerState state) {
    return switch (state) {
      case CONTAINER_CREATED -> Container.Phase.CREATED;
      case CONTAINER_RUNNING -> Container.Phase.RUNNING;
      case CONTAINER_EXITED -> Container.Phase.EXITED;
      case CONTAINER_UNKNOWN, UNRECOGNIZED -> Container.Phase.UNKNOWN;
    };
  }

  static ContainerStatus status(Cri.ContainerStatus message) {
    return new ContainerStatus(
        message.getId(),
        message.getMetadata().getName(),
        message.getMetadata().getAttempt(),
        state(message),
        SandboxMessages.instant(message.getCreatedAt()),
        message.getImage().getImage(),
        message.getImageRef(),
        Optional.of(message.getLogPath()).filter(path -> !path.isEmpty()).map(Path::of),
        message.getLabelsMap(),
        message.getAnnotationsMap());
  }

  private static ContainerState state(Cri.ContainerStatus message) {
    return switch (message.getState()) {
      case CONTAINER_CREATED -> new ContainerState.Created();
      case CONTAINER_RUNNING ->
          new ContainerState.Running(SandboxMessages.instant(message.getStartedAt()));
      case CONTAINER_EXITED ->
          new ContainerState.Exited(
              message.getExitCode(),
              SandboxMessages.instant(message.getStartedAt()),
              SandboxMessages.instant(message.getFinishedAt()),
              message.getReason(),
              message.getMessage());
      case CONTAINER_UNKNOWN, UNRECOGNIZED ->
          new ContainerState.Unknown(message.getReason(), message.getMessage());
    };
  }
}
