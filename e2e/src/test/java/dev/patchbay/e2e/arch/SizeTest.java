package dev.patchbay.e2e.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What fits on a screen can be read: methods of at most 40 lines, files of at most 400 (style,
 * section 2).
 */
class SizeTest {
  /** Tables, one case a line or two: split, they would be harder to read. */
  private static final Set<String> TABLES =
      Set.of("OpText.java link", "ExpressionCodec.java write");

  private static final int METHOD_LINES = 40;
  private static final int FILE_LINES = 400;

  private static List<Path> sources() throws IOException {
    Path root = Path.of(System.getProperty("patchbay.root"));
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file ->
              file.toString().endsWith(".java") && file.toString().contains("/src/main/java/"))
          .toList();
    }
  }

  @Test
  void noFileIsLongerThanAFewScreens() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources()) {
      long lines;
      try (Stream<String> all = Files.lines(file)) {
        lines = all.count();
      }
      if (lines > FILE_LINES) {
        tooLong.add(file.getFileName() + ": " + lines);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void noMethodIsLongerThanAScreen() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> tooLong = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new MethodLengths(unit, positions).scan(unit, tooLong);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  private static final class MethodLengths extends TreeScanner<@Nullable Boolean, List<String>> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    MethodLengths(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public @Nullable Boolean visitMethod(MethodTree method, List<String> tooLong) {
      if (method.getBody() != null) {
        LineMap lines = unit.getLineMap();
        long length =
            lines.getLineNumber(positions.getEndPosition(unit, method.getBody()))
                - lines.getLineNumber(positions.getStartPosition(unit, method.getBody()));
        String name =
            Path.of(unit.getSourceFile().getName()).getFileName() + " " + method.getName();
        if (length > METHOD_LINES && !TABLES.contains(name)) {
          tooLong.add(name + ": " + length);
        }
      }
      return super.visitMethod(method, tooLong);
    }
  }
}
