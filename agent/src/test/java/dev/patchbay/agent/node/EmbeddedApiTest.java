package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.ApiConfig;
import dev.patchbay.apiserver.ApiServer;
import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.Fabric8KubeApi;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.linux.fake.FakeNetnsKeeper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The same against the embedded API, over the wire. */
class EmbeddedApiTest {
  private static final KubeName VM = new KubeName("default", "vm");
  private final FakeKernel kernel = new FakeKernel();
  private final FakeNetnsKeeper keeper = new FakeNetnsKeeper(kernel, "patchbay-");

  @Test
  void aPatchOfTheSpecPlugsAndUnplugsAndADeletedPodLeavesNothing(@TempDir Path folder)
      throws Exception {
    var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ApiServer server =
            ApiServer.start(
                new ApiConfig(
                    folder.resolve("api"),
                    listen,
                    folder.resolve("users"),
                    Map.of(),
                    Optional.empty()));
        var api = Fabric8KubeApi.ofKubeconfig(server.kubeconfig());
        var world =
            new NodeWorld(
                folder.resolve("node"), kernel, kernel::open, keeper, Optional.empty(), api)) {
      ObjectNode pod =
          Json.object(
              """
              {"metadata":{"name":"vm","namespace":"default"},
               "spec":{"nics":[{"name":"eth0"}],"nodeSelector":{"extraRuntime":"virtlet"},
                       "virtualMachine":{"name":"vm","image":"example.test/x.img"}}}
              """,
              "pod");
      api.create(KubeResource.PODS, pod);
      awaitStates(api, "eth0=Ready");

      api.patch(
          KubeResource.PODS,
          VM,
          Json.object("{\"spec\":{\"nics\":[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]}}", "patch"));
      PodView both = awaitStates(api, "eth0=Ready", "eth1=Ready");
      assertThat(NodeWorld.names(kernel.links(keeper.at(both.uid())))).contains("eth1");

      world.restart();
      api.patch(
          KubeResource.PODS,
          VM,
          Json.object("{\"spec\":{\"nics\":[{\"name\":\"eth0\"}]}}", "patch"));
      awaitStates(api, "eth0=Ready");

      api.delete(KubeResource.PODS, VM, KubeDeletion.DEFAULT);
      NodeWorld.awaiting(
          () -> api.get(KubeResource.PODS, VM).isEmpty() ? Optional.of(true) : Optional.empty(),
          () -> api.get(KubeResource.PODS, VM).toString());
      // a server without the rules of pods deletes at once, and the node clears up behind it
      NodeWorld.awaiting(
          () -> Optional.of(keeper.listed()).filter(List::isEmpty),
          () -> keeper.listed().toString());
      world.assertNothingIsLeft();
    }
  }

  private static PodView awaitStates(Fabric8KubeApi api, String... states)
      throws InterruptedException {
    return NodeWorld.awaiting(
        () ->
            api.get(KubeResource.PODS, VM)
                .map(PodView::new)
                .filter(pod -> NodeWorld.states(pod).equals(List.of(states))),
        () -> api.get(KubeResource.PODS, VM).toString());
  }
}
