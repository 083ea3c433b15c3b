package dev.patchbay.agent.streams;

import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.apiserver.stream.ContainerRef;
import dev.patchbay.apiserver.stream.LogOptions;
import dev.patchbay.apiserver.stream.PodStreams;
import dev.patchbay.apiserver.stream.RemoteProcess;
import dev.patchbay.apiserver.stream.StreamOptions;
import dev.patchbay.apiserver.stream.StreamRefusal;
import dev.patchbay.cri.log.ContainerLog;
import dev.patchbay.vm.console.Console;
import dev.patchbay.vm.console.ConsoleFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The streams of pods that are machines: attach is the serial console, its log is the console's.
 */
public final class VmPodStreams implements PodStreams {
  private static final String WHO = "kubectl attach";

  private final Consoles consoles;

  /** Streams of the machines whose consoles these are. */
  public VmPodStreams(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public RemoteProcess exec(ContainerRef container, List<String> command, StreamOptions options)
      throws StreamRefusal {
    throw StreamRefusal.badRequest(
        "pod \"%s\" is a virtual machine, in which no command can be started from outside; type it"
                .formatted(container.pod())
            + " into its console: kubectl attach -it %s -n %s"
                .formatted(container.pod(), container.namespace()));
  }

  @Override
  public RemoteProcess attach(ContainerRef container, StreamOptions options) throws StreamRefusal {
    Console console =
        consoles
            .find(container.podUid())
            .orElseThrow(() -> StreamRefusal.badRequest(named(container) + " is not running"));
    try {
      return new ConsoleProcess(
          console.watch(options.stdin(), WHO), options.stdout() || options.stderr());
    } catch (IOException e) {
      throw StreamRefusal.badRequest(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public InputStream logs(ContainerRef container, LogOptions options) throws StreamRefusal {
    String vm = container.podUid();
    ConsoleFiles files = consoles.files(vm);
    Path file = options.previous() ? files.previous() : files.current();
    boolean follows = options.follow() && !options.previous();
    try {
      return ContainerLog.follow(
          file,
          ConsoleFiles.rotated(file),
          CriPodStreams.query(options),
          () -> follows && consoles.find(vm).isPresent());
    } catch (NoSuchFileException _) {
      throw StreamRefusal.badRequest(
          options.previous()
              ? "previous terminated " + named(container) + " not found"
              : named(container) + " is waiting to start");
    } catch (IOException e) {
      throw StreamRefusal.internal(
          "the console's log of %s cannot be read: %s".formatted(named(container), e.getMessage()));
    }
  }

  private static String named(ContainerRef container) {
    return "container \"%s\" in pod \"%s\"".formatted(container.container(), container.pod());
  }
}
