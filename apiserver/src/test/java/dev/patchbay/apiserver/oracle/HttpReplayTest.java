package dev.patchbay.apiserver.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.ApiConfig;
import dev.patchbay.apiserver.ApiServer;
import dev.patchbay.apiserver.admission.Admission;
import dev.patchbay.apiserver.resource.Rules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every recorded case of a kind and verb that we serve, over HTTPS against the running server. */
class HttpReplayTest {
  private static final Set<String> KINDS = Set.of("ConfigMap", "Secret", "Pod", "Node", "Vm");

  @TempDir private static Path folder;
  private static ApiServer server;
  private static Caller caller;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException, InterruptedException {
    Map<String, Rules> rules = new HashMap<>(new Admission("node", Admission.MOST_NICS).rules());
    rules.remove("Node"); // the recording makes nodes of other names
    server =
        ApiServer.start(
            new ApiConfig(
                folder,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("users"),
                rules,
                Optional.empty()));
    caller = Caller.of(server);
    create(
        "/api/v1/namespaces",
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\"," + "\"metadata\":{\"name\":\"oracle\"}}");
    create(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        OracleCase.json("vm-crd.json").toString());
  }

  private static void create(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = caller.send(Replay.ask("POST", path, "application/json", body));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  @AfterAll
  static void stop() throws IOException {
    caller.close();
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> answersAsTheRealServerDoes() {
    return OracleCase.all().stream()
        .filter(HttpReplayTest::isServed)
        .filter(oracle -> !Exceptions.OF_HTTP.containsKey(oracle.name()))
        .map(oracle ->
            DynamicTest.dynamicTest(
                oracle.name(),
                () -> assertThat(Replay.play(caller, oracle)).as(oracle.name()).isEmpty()));
  }

  /** Server-side apply is not served, and these kinds are. */
  static boolean isServed(OracleCase oracle) {
    return KINDS.contains(oracle.kind()) && !oracle.usesApply();
  }

  @Test
  void whatIsNotReplayedIsCountedAndHasAReason() {
    List<OracleCase> all = OracleCase.all();
    long applies = all.stream().filter(OracleCase::usesApply).count();
    long replayed =
        all.stream()
            .filter(HttpReplayTest::isServed)
            .filter(oracle -> !Exceptions.OF_HTTP.containsKey(oracle.name()))
            .count();
    long merges = all.stream().filter(MergeReplayTest::isReplayed).count();
    System.out.printf(
        "oracle: %d cases; %d over HTTPS, %d against the merge itself; not served: %d of"
            + " server-side apply, %d of other kinds' own rules, %d exceptions%n",
        all.size(),
        replayed,
        merges,
        applies,
        all.size() - replayed - merges - applies - Exceptions.OF_HTTP.size(),
        Exceptions.OF_HTTP.size());
    Set<String> names = Set.copyOf(all.stream().map(OracleCase::name).toList());
    assertThat(names).containsAll(Exceptions.OF_HTTP.keySet());
    assertThat(names).containsAll(Exceptions.OF_MERGE.keySet());
  }
}
