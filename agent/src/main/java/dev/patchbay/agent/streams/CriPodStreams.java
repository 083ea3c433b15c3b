package dev.patchbay.agent.streams;

import dev.patchbay.apiserver.stream.ContainerRef;
import dev.patchbay.apiserver.stream.LogOptions;
import dev.patchbay.apiserver.stream.PodStreams;
import dev.patchbay.apiserver.stream.RemoteProcess;
import dev.patchbay.apiserver.stream.StreamOptions;
import dev.patchbay.apiserver.stream.StreamRefusal;
import dev.patchbay.cri.Container;
import dev.patchbay.cri.ContainerState;
import dev.patchbay.cri.CriClient;
import dev.patchbay.cri.CriException;
import dev.patchbay.cri.CriFailure;
import dev.patchbay.cri.Labels;
import dev.patchbay.cri.log.ContainerLog;
import dev.patchbay.cri.log.LogQuery;
import dev.patchbay.cri.log.LogSource;
import dev.patchbay.cri.stream.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The streams of pods that run in the container runtime, found there by the labels that a kubelet
 * gives them.
 */
public final class CriPodStreams implements PodStreams {
  private final CriClient runtime;

  /** Streams of that runtime's containers. */
  public CriPodStreams(CriClient runtime) {
    this.runtime = runtime;
  }

  @Override
  public RemoteProcess exec(ContainerRef container, List<String> command, StreamOptions options)
      throws StreamRefusal {
    try {
      return new CriProcess(runtime.exec(running(container), command, streams(options)));
    } catch (CriException e) {
      throw refusal(e);
    }
  }

  @Override
  public RemoteProcess attach(ContainerRef container, StreamOptions options) throws StreamRefusal {
    try {
      return new CriProcess(runtime.attach(running(container), streams(options)));
    } catch (CriException e) {
      throw refusal(e);
    }
  }

  @Override
  public InputStream logs(ContainerRef container, LogOptions options) throws StreamRefusal {
    try {
      String id = options.previous() ? previous(container) : newest(container);
      Path file =
          runtime
              .container(id)
              .logPath()
              .orElseThrow(() -> StreamRefusal.notFound(named(container) + " has no log"));
      LogQuery query = query(options);
      return options.follow()
          ? ContainerLog.follow(file, query, () -> mayWrite(id))
          : ContainerLog.read(file, query);
    } catch (CriException e) {
      throw refusal(e);
    } catch (NoSuchFileException e) {
      throw StreamRefusal.notFound(
          "the log of %s is not there: %s".formatted(named(container), e.getMessage()));
    } catch (IOException e) {
      throw StreamRefusal.internal(
          "the log of %s cannot be read: %s".formatted(named(container), e.getMessage()));
    }
  }

  private String running(ContainerRef container) throws CriException, StreamRefusal {
    return newestFirst(container)
        .filter(one -> one.phase() == Container.Phase.RUNNING)
        .map(Container::id)
        .findFirst()
        .orElseThrow(() -> StreamRefusal.badRequest(named(container) + " is not running"));
  }

  private String newest(ContainerRef container) throws CriException, StreamRefusal {
    return newestFirst(container)
        .map(Container::id)
        .findFirst()
        .orElseThrow(() -> StreamRefusal.badRequest(named(container) + " is waiting to start"));
  }

  private String previous(ContainerRef container) throws CriException, StreamRefusal {
    return newestFirst(container)
        .skip(1)
        .map(Container::id)
        .findFirst()
        .orElseThrow(() ->
            StreamRefusal.badRequest("previous terminated " + named(container) + " not found"));
  }

  private Stream<Container> newestFirst(ContainerRef container) throws CriException {
    Map<String, String> labels =
        Map.of(Labels.POD_UID, container.podUid(), Labels.CONTAINER_NAME, container.container());
    return runtime.containers(labels).stream()
        .sorted(Comparator.comparing(Container::createdAt).reversed());
  }

  private boolean mayWrite(String id) {
    try {
      return switch (runtime.container(id).state()) {
        case ContainerState.Created _, ContainerState.Running _ -> true;
        case ContainerState.Exited _, ContainerState.Unknown _ -> false;
      };
    } catch (CriException e) {
      // While the runtime is away its containers go on and write.
      return !(e.failure() instanceof CriFailure.NotFound);
    }
  }

  private static String named(ContainerRef container) {
    return "container \"%s\" in pod \"%s\"".formatted(container.container(), container.pod());
  }

  private static Streams streams(StreamOptions options) {
    return new Streams(options.stdin(), options.stdout(), options.stderr(), options.tty());
  }

  /** The part of a log that is asked for. */
  static LogQuery query(LogOptions options) {
    return new LogQuery(
        options.tailLines(),
        options.since(),
        options.timestamps(),
        options.limitBytes(),
        sources(options.source()));
  }

  private static Set<LogSource> sources(LogOptions.Source source) {
    return switch (source) {
      case ALL -> Set.of(LogSource.STDOUT, LogSource.STDERR);
      case STDOUT -> Set.of(LogSource.STDOUT);
      case STDERR -> Set.of(LogSource.STDERR);
    };
  }

  private static StreamRefusal refusal(CriException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.failure()) {
      case CriFailure.Unreachable _, CriFailure.Lost _, CriFailure.TimedOut _ ->
          StreamRefusal.unavailable(message);
      case CriFailure.NotFound _ -> StreamRefusal.notFound(message);
      case CriFailure.Refused _ -> StreamRefusal.badRequest(message);
      case CriFailure.AlreadyExists _,
          CriFailure.ImageMissing _,
          CriFailure.Unsupported _,
          CriFailure.Failed _ ->
          StreamRefusal.internal(message);
    };
  }
}
