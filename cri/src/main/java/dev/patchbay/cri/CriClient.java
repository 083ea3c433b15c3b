package dev.patchbay.cri;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.patchbay.cri.stream.RemoteProcess;
import dev.patchbay.cri.stream.Streams;
import dev.patchbay.cri.wire.Cri;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container runtime over its CRI v1 socket: the calls a kubelet makes. Every call ends within a
 * bound, may be made from any thread, and finds the runtime again after it was restarted; one that
 * the runtime did not do throws a {@link CriException}.
 */
public final class CriClient implements AutoCloseable {
  private static final String RUNTIME = "RuntimeService";
  private static final String IMAGES = "ImageService";

  // what only looks
  private static final Duration LOOK = Duration.ofSeconds(15);
  // what runs a runtime, and CNI with it
  private static final Duration WORK = Duration.ofMinutes(4);
  private static final Duration PULL = Duration.ofMinutes(15);

  private final Calls calls;

  private CriClient(Calls calls) {
    this.calls = calls;
  }

  /** A client of the runtime at that socket, which need not be there yet. */
  public static CriClient at(Path socket) {
    return new CriClient(new Calls(socket));
  }

  /** Name, version and conditions of the runtime. */
  public RuntimeStatus runtime() throws CriException {
    var version =
        look("Version", Cri.VersionRequest.getDefaultInstance(), Cri.VersionResponse.parser());
    var status =
        look("Status", Cri.StatusRequest.getDefaultInstance(), Cri.StatusResponse.parser());
    return new RuntimeStatus(
        version.getRuntimeName(),
        version.getRuntimeVersion(),
        version.getRuntimeApiVersion(),
        status.getStatus().getConditionsList().stream()
            .map(condition ->
                new RuntimeCondition(
                    condition.getType(),
                    condition.getStatus(),
                    condition.getReason(),
                    condition.getMessage()))
            .toList());
  }

  /** Makes a sandbox, which calls CNI ADD; its id. When it fails, the runtime has called DEL. */
  public String runSandbox(SandboxConfig config) throws CriException {
    var request =
        Cri.RunPodSandboxRequest.newBuilder().setConfig(SandboxMessages.config(config)).build();
    return work("RunPodSandbox", request, Cri.RunPodSandboxResponse.parser()).getPodSandboxId();
  }

  /** Kills its containers and calls CNI DEL; a sandbox that is gone is fine. */
  public void stopSandbox(String id) throws CriException {
    var request = Cri.StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build();
    again("StopPodSandbox", request, Cri.StopPodSandboxResponse.parser(), WORK);
  }

  /** Forgets it and its containers; a sandbox that is gone is fine. */
  public void removeSandbox(String id) throws CriException {
    var request = Cri.RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build();
    again("RemovePodSandbox", request, Cri.RemovePodSandboxResponse.parser(), WORK);
  }

  /** Addresses and network namespace of a sandbox. */
  public SandboxStatus sandbox(String id) throws CriException {
    var request =
        Cri.PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).setVerbose(true).build();
    return SandboxMessages.status(
        look("PodSandboxStatus", request, Cri.PodSandboxStatusResponse.parser()));
  }

  /** Every sandbox with these labels, stopped ones too; without labels every one there is. */
  public List<Sandbox> sandboxes(Map<String, String> labels) throws CriException {
    var request =
        Cri.ListPodSandboxRequest.newBuilder()
            .setFilter(Cri.PodSandboxFilter.newBuilder().putAllLabelSelector(labels))
            .build();
    return look("ListPodSandbox", request, Cri.ListPodSandboxResponse.parser())
        .getItemsList()
        .stream()
        .map(SandboxMessages::sandbox)
        .toList();
  }

  /** The image of that name, empty when the runtime does not have it. */
  public Optional<Image> image(String name) throws CriException {
    var request =
        Cri.ImageStatusRequest.newBuilder().setImage(ContainerMessages.image(name)).build();
    var answer = look("ImageStatus", request, Cri.ImageStatusResponse.parser());
    if (!answer.hasImage()) {
      return Optional.empty();
    }
    Cri.Image image = answer.getImage();
    return Optional.of(
        new Image(
            image.getId(), image.getRepoTagsList(), image.getRepoDigestsList(), image.getSize()));
  }

  /** Pulls without credentials; the image's reference by digest. */
  public String pull(String image) throws CriException {
    var request =
        Cri.PullImageRequest.newBuilder().setImage(ContainerMessages.image(image)).build();
    try {
      return calls
          .idempotent(IMAGES, "PullImage", request, Cri.PullImageResponse.parser(), PULL)
          .getImageRef();
    } catch (CriException e) {
      throw switch (e.failure()) {
        case CriFailure.NotFound(_, var why) -> missing(image, why, e);
        case CriFailure.Failed(_, var why) -> missing(image, why, e);
        case CriFailure.Refused(_, var why) -> missing(image, why, e);
        case CriFailure.Unreachable _,
            CriFailure.Lost _,
            CriFailure.TimedOut _,
            CriFailure.AlreadyExists _,
            CriFailure.ImageMissing _,
            CriFailure.Unsupported _ ->
            e;
      };
    }
  }

  private static CriException missing(String image, String why, CriException cause) {
    return new CriException(new CriFailure.ImageMissing(image, why), cause);
  }

  /**
   * Makes a container in a sandbox; its id.
   *
   * @param config the one the sandbox was run with
   */
  public String createContainer(String sandbox, SandboxConfig config, ContainerConfig container)
      throws CriException {
    var request =
        Cri.CreateContainerRequest.newBuilder()
            .setPodSandboxId(sandbox)
            .setConfig(ContainerMessages.config(config, container))
            .setSandboxConfig(SandboxMessages.config(config))
            .build();
    return work("CreateContainer", request, Cri.CreateContainerResponse.parser()).getContainerId();
  }

  /** Starts its first process. */
  public void startContainer(String id) throws CriException {
    var request = Cri.StartContainerRequest.newBuilder().setContainerId(id).build();
    work("StartContainer", request, Cri.StartContainerResponse.parser());
  }

  /** Asks it to end and kills it after {@code grace}; one that is gone or ended is fine. */
  public void stopContainer(String id, Duration grace) throws CriException {
    var request =
        Cri.StopContainerRequest.newBuilder()
            .setContainerId(id)
            .setTimeout(grace.plusMillis(999).toSeconds())
            .build();
    again("StopContainer", request, Cri.StopContainerResponse.parser(), grace.plus(WORK));
  }

  /** Kills it if it still runs and forgets it; one that is gone is fine. */
  public void removeContainer(String id) throws CriException {
    var request = Cri.RemoveContainerRequest.newBuilder().setContainerId(id).build();
    again("RemoveContainer", request, Cri.RemoveContainerResponse.parser(), WORK);
  }

  /** State, exit code and log file of a container. */
  public ContainerStatus container(String id) throws CriException {
    var request = Cri.ContainerStatusRequest.newBuilder().setContainerId(id).build();
    return ContainerMessages.status(
        look("ContainerStatus", request, Cri.ContainerStatusResponse.parser()).getStatus());
  }

  /** Every container with these labels, ended ones too; without labels every one there is. */
  public List<Container> containers(Map<String, String> labels) throws CriException {
    var request =
        Cri.ListContainersRequest.newBuilder()
            .setFilter(Cri.ContainerFilter.newBuilder().putAllLabelSelector(labels))
            .build();
    return look("ListContainers", request, Cri.ListContainersResponse.parser())
        .getContainersList()
        .stream()
        .map(ContainerMessages::container)
        .toList();
  }

  /** Makes a running container write a new log file, after its old one was renamed. */
  public void reopenLog(String id) throws CriException {
    var request = Cri.ReopenContainerLogRequest.newBuilder().setContainerId(id).build();
    look("ReopenContainerLog", request, Cri.ReopenContainerLogResponse.parser());
  }

  /** Runs a command in a container to its end, without input; killed after {@code limit}. */
  public ExecResult execSync(String id, List<String> command, Duration limit) throws CriException {
    var request =
        Cri.ExecSyncRequest.newBuilder()
            .setContainerId(id)
            .addAllCmd(command)
            .setTimeout(Math.max(1, limit.toSeconds()))
            .build();
    var answer =
        calls.once(RUNTIME, "ExecSync", request, Cri.ExecSyncResponse.parser(), limit.plus(LOOK));
    return new ExecResult(
        answer.getExitCode(), answer.getStdout().toStringUtf8(), answer.getStderr().toStringUtf8());
  }

  /**
   * Runs a further process in a running container. That its program is missing is seen at its end.
   */
  public RemoteProcess exec(String id, List<String> command, Streams streams) throws CriException {
    var request =
        Cri.ExecRequest.newBuilder()
            .setContainerId(id)
            .addAllCmd(command)
            .setTty(streams.tty())
            .setStdin(streams.stdin())
            .setStdout(streams.stdout())
            .setStderr(streams.stderr())
            .build();
    return open("Exec", look("Exec", request, Cri.ExecResponse.parser()).getUrl(), streams);
  }

  /**
   * The streams of a container's first process.
   *
   * @param streams whose {@code tty} must be the container's
   */
  public RemoteProcess attach(String id, Streams streams) throws CriException {
    var request =
        Cri.AttachRequest.newBuilder()
            .setContainerId(id)
            .setTty(streams.tty())
            .setStdin(streams.stdin())
            .setStdout(streams.stdout())
            .setStderr(streams.stderr())
            .build();
    return open("Attach", look("Attach", request, Cri.AttachResponse.parser()).getUrl(), streams);
  }

  private static RemoteProcess open(String call, String url, Streams streams) throws CriException {
    try {
      return RemoteProcess.open(new URI(url), streams);
    } catch (URISyntaxException | IOException e) {
      throw new CriException(new CriFailure.Failed(call, String.valueOf(e.getMessage())), e);
    }
  }

  private <Q extends Message, R extends Message> R look(String name, Q request, Parser<R> answers)
      throws CriException {
    String service = name.equals("ImageStatus") ? IMAGES : RUNTIME;
    return calls.idempotent(service, name, request, answers, LOOK);
  }

  private <Q extends Message, R extends Message> R work(String name, Q request, Parser<R> answers)
      throws CriException {
    return calls.once(RUNTIME, name, request, answers, WORK);
  }

  private <Q extends Message, R extends Message> void again(
      String name, Q request, Parser<R> answers, Duration limit) throws CriException {
    try {
      calls.idempotent(RUNTIME, name, request, answers, limit);
    } catch (CriException e) {
      // The CRI wants the absent to be fine; containerd before 1.7 differs about StopContainer.
      if (!(e.failure() instanceof CriFailure.NotFound)) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
