package dev.patchbay.apiserver;

import dev.patchbay.apiserver.auth.Certificates;
import dev.patchbay.apiserver.auth.Kubeconfig;
import dev.patchbay.apiserver.auth.Tokens;
import dev.patchbay.apiserver.resource.BuiltIns;
import dev.patchbay.apiserver.resource.Definitions;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Kinds;
import dev.patchbay.apiserver.resource.Nics;
import dev.patchbay.apiserver.resource.Services;
import dev.patchbay.apiserver.rest.Documents;
import dev.patchbay.apiserver.rest.Objects;
import dev.patchbay.apiserver.rest.RestDoor;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Write;
import dev.patchbay.apiserver.stream.StreamEndpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The embedded Kubernetes API of one machine: HTTPS on loopback, one store, no second server. */
public final class ApiServer implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final long STOP_MILLIS = 2_000;

  /** Jetty's own bound of 200 would let that many watches and streams shut everybody else out. */
  private static final int MOST_TASKS = 2_000;

  private static final List<String> NAMESPACES = List.of("default", "kube-system");

  private final Server server;
  private final ObjectStore store;
  private final Path kubeconfig;
  private final String url;

  private ApiServer(Server server, ObjectStore store, Path kubeconfig, String url) {
    this.server = server;
    this.store = store;
    this.kubeconfig = kubeconfig;
    this.url = url;
  }

  /**
   * Makes what takes longest at the very first start, the certificates, where they are not there;
   * may run beside other preparations, before {@link #start} with the same folder and address.
   */
  public static void prepare(Path folder, InetSocketAddress listen) throws IOException {
    makeFolder(folder);
    var _ = certificates(folder, listen);
  }

  /** Starts it; when this returns, it answers. Throws IOException naming what cannot be had. */
  public static ApiServer start(ApiConfig config) throws IOException {
    return start(config, IDLE);
  }

  /**
   * The same.
   *
   * @param idle after which a silent connection is closed, unless somebody watches on it
   */
  static ApiServer start(ApiConfig config, Duration idle) throws IOException {
    makeFolder(config.folder());
    InetAddress address = config.listen().getAddress();
    Tokens tokens =
        Tokens.open(config.folder().resolve("admin.token"), Optional.of(config.users()));
    Certificates certificates = certificates(config.folder(), config.listen());
    ObjectStore store = ObjectStore.open(config.folder().resolve("objects.db"));
    try {
      NAMESPACES.forEach(name -> provide(store, name));
      var kinds = new Kinds(all(config));
      new Definitions(store, kinds).serveAll();
      Server server = server(config, certificates, idle);
      server.setHandler(door(config, store, kinds, tokens, server));
      server.start();
      String url = url(address, ((ServerConnector) server.getConnectors()[0]).getLocalPort());
      Path kubeconfig = config.folder().resolve("kubeconfig");
      new Kubeconfig(url, certificates.authorityPem(), "admin", tokens.admin()).write(kubeconfig);
      return new ApiServer(server, store, kubeconfig, url);
    } catch (Exception e) {
      store.close();
      String why = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
      throw new IOException(
          "the API cannot be served at "
              + url(address, config.listen().getPort())
              + ": "
              + e.getMessage()
              + why
              + "; where another program listens, choose another address: listen",
          e);
    }
  }

  private static List<Kind> all(ApiConfig config) {
    var kinds = new ArrayList<>(BuiltIns.all(config.rules()));
    kinds.add(Nics.KIND);
    kinds.add(Services.KIND);
    return kinds;
  }

  private static void makeFolder(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static Certificates certificates(Path folder, InetSocketAddress listen)
      throws IOException {
    return Certificates.in(
        folder.resolve("tls.p12"),
        Set.of(listen.getAddress().getHostAddress(), "localhost"),
        Clock.systemUTC());
  }

  private static RestDoor door(
      ApiConfig config, ObjectStore store, Kinds kinds, Tokens tokens, Server server) {
    StreamEndpoints.prepare(server);
    return new RestDoor(
        tokens,
        new Objects(store, kinds, Clock.systemUTC()),
        Documents.of(kinds),
        config.streams().map(streams -> new StreamEndpoints(streams, Clock.systemUTC())));
  }

  private static Server server(ApiConfig config, Certificates certificates, Duration idle) {
    var threads = new QueuedThreadPool();
    threads.setName("api");
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(new VirtualThreadPool(MOST_TASKS));
    var server = new Server(threads);
    server.setStopTimeout(STOP_MILLIS);
    var tls = new SslContextFactory.Server();
    tls.setKeyStore(certificates.keyStore());
    tls.setCertAlias(Certificates.SERVER);
    tls.setKeyStorePassword(Certificates.PASSWORD);
    tls.setSniRequired(false);
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    var secure = new SecureRequestCustomizer();
    secure.setSniHostCheck(false);
    http.addCustomizer(secure);
    var connector =
        new ServerConnector(
            server,
            1,
            1,
            new SslConnectionFactory(tls, "http/1.1"),
            new HttpConnectionFactory(http));
    connector.setHost(config.listen().getAddress().getHostAddress());
    connector.setPort(config.listen().getPort());
    connector.setIdleTimeout(idle.toMillis());
    server.addConnector(connector);
    return server;
  }

  private static String url(InetAddress address, int port) {
    String host = address.getHostAddress();
    return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static void provide(ObjectStore store, String name) {
    store.change(
        new ObjectKey("", "namespaces", "", name),
        before -> before.isPresent() ? new Write.Keep() : new Write.Put(namespace(name)));
  }

  private static ObjectNode namespace(String name) {
    ObjectNode namespace =
        JsonMapper.shared().createObjectNode().put("apiVersion", "v1").put("kind", "Namespace");
    namespace
        .putObject("metadata")
        .put("name", name)
        .put("uid", UUID.randomUUID().toString())
        .put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .putObject("labels")
        .put("kubernetes.io/metadata.name", name);
    namespace.putObject("status").put("phase", "Active");
    return namespace;
  }

  /** Where it is served. */
  public String url() {
    return url;
  }

  /** The administrator's kubeconfig, which only the owner may read. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Ends watches and connections; what was acknowledged is on disk. */
  @Override
  public void close() throws IOException {
    store.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("the API's server does not stop: " + e.getMessage(), e);
    }
  }
}
