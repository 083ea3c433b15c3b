package dev.patchbay.e2e.guest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests in the guest and reports each as a line of JSON ({@link GuestResult}) to a device, as
 * soon as it has ended.
 */
final class TestsInGuest implements TestExecutionListener {
  private final BufferedWriter out;
  private final Map<String, Long> started = new ConcurrentHashMap<>();
  private TestPlan plan;

  private TestsInGuest(BufferedWriter out, TestPlan plan) {
    this.out = out;
    this.plan = plan;
  }

  /**
   * Entry point.
   *
   * @param args the device for the results, then classes, or methods as {@code Class#method}
   */
  public static void main(String[] args) throws IOException {
    var request =
        request()
            .selectors(Arrays.stream(args).skip(1).map(TestsInGuest::selector).toList())
            .configurationParameter("junit.jupiter.execution.timeout.default", "240 s");
    var launcher = LauncherFactory.create();
    TestPlan plan = launcher.discover(request.build());
    try (BufferedWriter out = Files.newBufferedWriter(Path.of(args[0]), StandardOpenOption.WRITE)) {
      launcher.execute(plan, new TestsInGuest(out, plan));
      write(out, GuestResult.END);
    }
  }

  private static DiscoverySelector selector(String name) {
    return name.contains("#") ? selectMethod(name) : selectClass(name);
  }

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started.put(test.getUniqueId(), System.nanoTime());
    System.out.println("guest: " + test.getDisplayName());
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    report(test, GuestResult.Outcome.SKIPPED, reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    String why = result.getThrowable().map(TestsInGuest::story).orElse("");
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (test.isTest()) {
          report(test, GuestResult.Outcome.PASSED, why);
        }
      }
      case ABORTED -> report(test, GuestResult.Outcome.SKIPPED, why);
      case FAILED -> report(test, GuestResult.Outcome.FAILED, why);
    }
  }

  private void report(TestIdentifier test, GuestResult.Outcome outcome, String why) {
    String group = plan.getParent(test).map(TestIdentifier::getDisplayName).orElse("");
    long since = started.getOrDefault(test.getUniqueId(), System.nanoTime());
    long millis = (System.nanoTime() - since) / 1_000_000;
    write(out, new GuestResult(group + " " + test.getDisplayName(), outcome, why, millis));
  }

  private static void write(BufferedWriter out, GuestResult result) {
    try {
      out.write(result.line());
      out.newLine();
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot report " + result, e);
    }
  }

  private static String story(Throwable failure) {
    var text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
