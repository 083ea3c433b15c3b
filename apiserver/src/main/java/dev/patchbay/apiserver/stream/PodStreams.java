package dev.patchbay.apiserver.stream;

import java.io.InputStream;
import java.util.List;

/** What the node that runs the pods does for exec, attach and logs. */
public interface PodStreams {
  /** Runs a further process in a running container. */
  RemoteProcess exec(ContainerRef container, List<String> command, StreamOptions options)
      throws StreamRefusal;

  /** The streams of the container's own first process. */
  RemoteProcess attach(ContainerRef container, StreamOptions options) throws StreamRefusal;

  /** What the container printed; the caller closes it, which ends a follow from any thread. */
  InputStream logs(ContainerRef container, LogOptions options) throws StreamRefusal;
}
