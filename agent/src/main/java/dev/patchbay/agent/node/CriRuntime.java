package dev.patchbay.agent.node;

import dev.patchbay.cri.Container;
import dev.patchbay.cri.ContainerConfig;
import dev.patchbay.cri.ContainerStatus;
import dev.patchbay.cri.CriClient;
import dev.patchbay.cri.CriException;
import dev.patchbay.cri.Image;
import dev.patchbay.cri.Sandbox;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.cri.SandboxStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runtime behind a CRI socket.
 *
 * @param client speaks to it
 */
record CriRuntime(CriClient client) implements ContainerRuntime {
  @FunctionalInterface
  private interface Call<T> {
    T make() throws CriException;
  }

  @FunctionalInterface
  private interface Order {
    void give() throws CriException;
  }

  private static <T> T ask(Call<T> call) throws RuntimeTrouble {
    try {
      return call.make();
    } catch (CriException e) {
      throw RuntimeTrouble.of(e);
    }
  }

  private static void tell(Order order) throws RuntimeTrouble {
    try {
      order.give();
    } catch (CriException e) {
      throw RuntimeTrouble.of(e);
    }
  }

  @Override
  public String version() throws RuntimeTrouble {
    return ask(() -> {
      var status = client.runtime();
      return status.name() + "://" + status.version();
    });
  }

  @Override
  public List<Sandbox> sandboxes(Map<String, String> labels) throws RuntimeTrouble {
    return ask(() -> client.sandboxes(labels));
  }

  @Override
  public SandboxStatus sandbox(String id) throws RuntimeTrouble {
    return ask(() -> client.sandbox(id));
  }

  @Override
  public String run(SandboxConfig config) throws RuntimeTrouble {
    return ask(() -> client.runSandbox(config));
  }

  @Override
  public void stopSandbox(String id) throws RuntimeTrouble {
    tell(() -> client.stopSandbox(id));
  }

  @Override
  public void removeSandbox(String id) throws RuntimeTrouble {
    tell(() -> client.removeSandbox(id));
  }

  @Override
  public List<Container> containers(Map<String, String> labels) throws RuntimeTrouble {
    return ask(() -> client.containers(labels));
  }

  @Override
  public ContainerStatus container(String id) throws RuntimeTrouble {
    return ask(() -> client.container(id));
  }

  @Override
  public String start(String sandbox, SandboxConfig config, ContainerConfig container)
      throws RuntimeTrouble {
    String id = ask(() -> client.createContainer(sandbox, config, container));
    tell(() -> client.startContainer(id));
    return id;
  }

  @Override
  public void stop(String id, Duration grace) throws RuntimeTrouble {
    tell(() -> client.stopContainer(id, grace));
  }

  @Override
  public void remove(String id) throws RuntimeTrouble {
    tell(() -> client.removeContainer(id));
  }

  @Override
  public Optional<Image> image(String name) throws RuntimeTrouble {
    return ask(() -> client.image(name));
  }

  @Override
  public void pull(String name) throws RuntimeTrouble {
    ask(() -> client.pull(name));
  }
}
