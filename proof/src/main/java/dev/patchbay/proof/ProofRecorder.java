package dev.patchbay.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Appends one line per proof to the file that the system property {@code patchbay.proofs} names:
 * id, part, test and outcome ({@code passed}, {@code failed} or {@code skipped}), separated by
 * tabs.
 */
public final class ProofRecorder implements TestExecutionListener {
  /** Made by the JUnit platform through the service loader. */
  public ProofRecorder() {}

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    String outcome =
        switch (result.getStatus()) {
          case SUCCESSFUL -> "passed";
          case FAILED -> "failed";
          case ABORTED -> "skipped";
        };
    record(test, outcome);
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    record(test, "skipped");
  }

  private static void record(TestIdentifier test, String outcome) {
    if (!test.isTest() || !(test.getSource().orElse(null) instanceof MethodSource method)) {
      return;
    }
    List<String> lines = new ArrayList<>();
    for (AnnotatedElement element : List.of(method.getJavaMethod(), method.getJavaClass())) {
      for (Proves proof : element.getAnnotationsByType(Proves.class)) {
        String name = method.getJavaClass().getSimpleName() + "." + method.getMethodName();
        lines.add(String.join("\t", proof.value(), proof.part(), name, outcome));
      }
    }
    append(lines);
  }

  private static void append(List<String> lines) {
    String file = System.getProperty("patchbay.proofs");
    if (file == null || lines.isEmpty()) {
      return;
    }
    try {
      Path path = Path.of(file);
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.write(path, lines, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the proofs to " + file, e);
    }
  }
}
