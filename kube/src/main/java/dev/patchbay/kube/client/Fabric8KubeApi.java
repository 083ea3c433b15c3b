package dev.patchbay.kube.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API through fabric8: its configuration, credentials, TLS and transport. Objects go round its
 * own model, which would cost a second parse, and watches go by plain HTTP, which every server has.
 */
public final class Fabric8KubeApi implements KubeApi {
  private static final String JSON = "application/json";
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final int ANSWER_SECONDS = 20;

  private final KubernetesClient client;
  private final HttpClient http;
  private final String server;
  private final Set<KubeInformer> informers = ConcurrentHashMap.newKeySet();

  private Fabric8KubeApi(Config config) {
    Config ours =
        new ConfigBuilder(config)
            .withRequestRetryBackoffLimit(0)
            .withHttp2Disable(true)
            .withRequestTimeout((int) TimeUnit.SECONDS.toMillis(ANSWER_SECONDS))
            .build();
    this.client = new KubernetesClientBuilder().withConfig(ours).build();
    this.http = client.getHttpClient();
    String url = client.getMasterUrl().toString();
    this.server = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /**
   * The API of a kubeconfig's current context; throws IllegalArgumentException when the file cannot
   * be read.
   */
  public static Fabric8KubeApi ofKubeconfig(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException(
          "kubeconfig " + file + " cannot be read; patchbay up writes one");
    }
    return new Fabric8KubeApi(Config.fromKubeconfig(file.toFile()));
  }

  /**
   * The API of the cluster that this process runs in, by its service account; throws
   * IllegalArgumentException when it runs in none.
   */
  public static Fabric8KubeApi inCluster() {
    if (System.getenv("KUBERNETES_SERVICE_HOST") == null) {
      throw new IllegalArgumentException(
          "KUBERNETES_SERVICE_HOST is not set: this is no pod; name a kubeconfig");
    }
    return new Fabric8KubeApi(Config.autoConfigure(null));
  }

  @Override
  public Optional<ObjectNode> get(KubeResource resource, KubeName name) {
    try {
      return Optional.of(call("GET", resource.path(name), "", Optional.empty()));
    } catch (KubeFailure e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public List<ObjectNode> list(KubeResource resource, KubeSelection selection) {
    return listing(resource, selection).items();
  }

  @Override
  public ObjectNode create(KubeResource resource, ObjectNode object) {
    String path = resource.path(KubeName.of(object).namespace());
    ObjectNode typed = object.deepCopy();
    typed.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    return call("POST", path, JSON, Optional.of(typed));
  }

  @Override
  public ObjectNode update(KubeResource resource, ObjectNode object) {
    return call("PUT", resource.path(KubeName.of(object)), JSON, Optional.of(object));
  }

  @Override
  public ObjectNode updateStatus(KubeResource resource, ObjectNode object) {
    String path = resource.path(KubeName.of(object)) + "/status";
    return call("PUT", path, JSON, Optional.of(object));
  }

  @Override
  public ObjectNode patch(KubeResource resource, KubeName name, ObjectNode merge) {
    return call("PATCH", resource.path(name), MERGE_PATCH, Optional.of(merge));
  }

  @Override
  public ObjectNode patchStatus(KubeResource resource, KubeName name, ObjectNode merge) {
    return call("PATCH", resource.path(name) + "/status", MERGE_PATCH, Optional.of(merge));
  }

  @Override
  public boolean delete(KubeResource resource, KubeName name, KubeDeletion deletion) {
    ObjectNode options = Json.newObject();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    deletion.graceSeconds().ifPresent(seconds -> options.put("gracePeriodSeconds", seconds));
    if (deletion.uid().isPresent() || deletion.resourceVersion().isPresent()) {
      ObjectNode only = options.putObject("preconditions");
      deletion.uid().ifPresent(uid -> only.put("uid", uid));
      deletion.resourceVersion().ifPresent(version -> only.put("resourceVersion", version));
    }
    try {
      call("DELETE", resource.path(name), JSON, Optional.of(options));
      return true;
    } catch (KubeFailure e) {
      if (e.isNotFound()) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void bind(KubeName pod, String uid, String node) {
    ObjectNode binding = Json.newObject();
    binding.put("apiVersion", "v1").put("kind", "Binding");
    binding
        .putObject("metadata")
        .put("name", pod.name())
        .put("namespace", pod.namespace())
        .put("uid", uid);
    binding.putObject("target").put("apiVersion", "v1").put("kind", "Node").put("name", node);
    call("POST", KubeResource.PODS.path(pod) + "/binding", JSON, Optional.of(binding));
  }

  @Override
  public KubeInformer inform(
      KubeResource resource, KubeSelection selection, KubeListener listener) {
    var source =
        new WatchSource(http, server + resource.path(selection.namespace()), query(selection)) {
          @Override
          public Reflector.Listing list() {
            return listing(resource, selection);
          }
        };
    var informer = new Reflector(resource.toString(), source, listener);
    informers.add(informer);
    return informer;
  }

  @Override
  public void close() {
    informers.forEach(KubeInformer::close);
    client.close();
  }

  private Reflector.Listing listing(KubeResource resource, KubeSelection selection) {
    String query = String.join("&", query(selection));
    String path = resource.path(selection.namespace()) + (query.isEmpty() ? "" : "?" + query);
    ObjectNode list = call("GET", path, "", Optional.empty());
    List<ObjectNode> items = new ArrayList<>();
    for (var item : list.path("items")) {
      if (item instanceof ObjectNode object) {
        // items of a list do not say what they are
        object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
        items.add(object);
      }
    }
    String version = list.path("metadata").path("resourceVersion").asString("");
    return new Reflector.Listing(version, items);
  }

  private static List<String> query(KubeSelection selection) {
    List<String> pairs = new ArrayList<>();
    if (!selection.labels().isEmpty()) {
      pairs.add("labelSelector=" + URLEncoder.encode(selection.labels(), UTF_8));
    }
    if (!selection.fields().isEmpty()) {
      pairs.add("fieldSelector=" + URLEncoder.encode(selection.fields(), UTF_8));
    }
    return pairs;
  }

  private ObjectNode call(String method, String path, String type, Optional<ObjectNode> body) {
    HttpRequest.Builder request =
        http.newHttpRequestBuilder().uri(server + path).header("Accept", JSON);
    body.ifPresent(object -> request.method(method, type, Json.text(object)));
    String what = method + " " + path;
    HttpResponse<byte[]> response = await(http.sendAsync(request.build(), byte[].class), what);
    ObjectNode answer = parsed(new String(response.body(), UTF_8), response.code(), what);
    if (response.isSuccessful()) {
      return answer;
    }
    throw KubeFailure.of(response.code(), answer);
  }

  /** Reads an answer; a proxy's page of HTML becomes a failure with its status. */
  static ObjectNode parsed(String text, int status, String what) {
    try {
      return Json.foreign(text, what);
    } catch (CniException e) {
      String begin = text.strip().lines().findFirst().orElse("nothing");
      throw KubeFailure.refused(
          HttpResponse.isSuccessful(status) ? 502 : status,
          "",
          what + " was answered " + status + " without JSON: " + begin);
    }
  }

  static <T> T await(CompletableFuture<T> answer, String what) {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw KubeFailure.unreachable(what + ": " + cause, cause);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw KubeFailure.unreachable(what + ": no answer in " + ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw KubeFailure.unreachable(what + ": called off", e);
    }
  }
}
