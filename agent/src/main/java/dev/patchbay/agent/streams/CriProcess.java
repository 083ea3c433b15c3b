package dev.patchbay.agent.streams;

import dev.patchbay.apiserver.stream.ProcessEnd;
import dev.patchbay.apiserver.stream.RemoteProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A process of the runtime as the API sees it.
 *
 * @param process the runtime's
 */
record CriProcess(dev.patchbay.cri.stream.RemoteProcess process) implements RemoteProcess {
  @Override
  public OutputStream stdin() {
    return process.stdin();
  }

  @Override
  public InputStream stdout() {
    return process.stdout();
  }

  @Override
  public InputStream stderr() {
    return process.stderr();
  }

  @Override
  public void resize(int columns, int rows) throws IOException {
    process.resize(columns, rows);
  }

  @Override
  public ProcessEnd await() throws InterruptedException {
    return switch (process.await()) {
      case dev.patchbay.cri.stream.ProcessEnd.Exited(var code) -> new ProcessEnd.Exited(code);
      case dev.patchbay.cri.stream.ProcessEnd.Failed(var message) -> new ProcessEnd.Failed(message);
      case dev.patchbay.cri.stream.ProcessEnd.Lost(var why) ->
          new ProcessEnd.Failed("nobody knows how it ended: " + why);
    };
  }

  @Override
  public void close() {
    process.close();
  }
}
