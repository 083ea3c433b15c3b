package dev.patchbay.agent.streams;

import dev.patchbay.apiserver.stream.ContainerRef;
import dev.patchbay.apiserver.stream.LogOptions;
import dev.patchbay.apiserver.stream.PodStreams;
import dev.patchbay.apiserver.stream.RemoteProcess;
import dev.patchbay.apiserver.stream.StreamOptions;
import dev.patchbay.apiserver.stream.StreamRefusal;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The streams of all pods of the node, whatever runs them. */
public final class NodeStreams implements PodStreams {
  private final Optional<? extends PodStreams> containers;
  private volatile Optional<Machines> machines = Optional.empty();

  private record Machines(Predicate<String> isMachine, PodStreams streams) {}

  /**
   * Streams of containers; those of machines come with the node role, which starts later.
   *
   * @param containers empty where no runtime runs containers
   */
  public NodeStreams(Optional<? extends PodStreams> containers) {
    this.containers = containers;
  }

  /**
   * From now on there are machines too.
   *
   * @param isMachine whether the pod of that UID is one
   */
  public void serveMachines(Predicate<String> isMachine, PodStreams streams) {
    machines = Optional.of(new Machines(isMachine, streams));
  }

  @Override
  public RemoteProcess exec(ContainerRef container, List<String> command, StreamOptions options)
      throws StreamRefusal {
    return of(container).exec(container, command, options);
  }

  @Override
  public RemoteProcess attach(ContainerRef container, StreamOptions options) throws StreamRefusal {
    return of(container).attach(container, options);
  }

  @Override
  public InputStream logs(ContainerRef container, LogOptions options) throws StreamRefusal {
    return of(container).logs(container, options);
  }

  private PodStreams of(ContainerRef container) throws StreamRefusal {
    Optional<PodStreams> machine =
        machines.filter(some -> some.isMachine().test(container.podUid())).map(Machines::streams);
    if (machine.isPresent()) {
      return machine.get();
    }
    if (containers.isPresent()) {
      return containers.get();
    }
    throw StreamRefusal.unavailable(
        "this node has no container runtime, so container \"%s\" in pod \"%s\" does not run"
            .formatted(container.container(), container.pod()));
  }
}
