package dev.patchbay.e2e.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of the architecture, section 3. */
class ArchitectureTest {
  /** Module → modules that it may use. Whoever is not named here is used by nobody. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry("core", List.of()),
          Map.entry("linux", List.of("core")),
          Map.entry("cni", List.of("core")),
          Map.entry("ipam", List.of("core")),
          Map.entry("kube", List.of("core", "cni")),
          Map.entry("apiserver", List.of("core")),
          Map.entry("vpc", List.of("core")),
          Map.entry("cri", List.of("core")),
          Map.entry("vm", List.of("core", "ipam")),
          Map.entry(
              "agent",
              List.of("core", "linux", "cni", "ipam", "kube", "apiserver", "vpc", "cri", "vm")),
          Map.entry("cli", List.of("core", "cni", "kube")));

  private static JavaClasses patchbay;

  @BeforeAll
  static void readClasses() {
    patchbay =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                ARROWS.keySet().stream().map(module -> "dev.patchbay." + module).toList());
  }

  static Stream<Map.Entry<String, List<String>>> arrows() {
    return ARROWS.entrySet().stream().sorted(Map.Entry.comparingByKey());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("arrows")
  void aModuleUsesOnlyTheModulesThatItMayUse(Map.Entry<String, List<String>> arrow) {
    String[] forbidden =
        ARROWS.keySet().stream()
            .filter(other -> !other.equals(arrow.getKey()) && !arrow.getValue().contains(other))
            .map(other -> "dev.patchbay." + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.patchbay." + arrow.getKey() + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(patchbay);
  }

  @Test
  void coreKnowsNothingButJava() {
    classes()
        .that()
        .resideInAPackage("dev.patchbay.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.patchbay.core..", "java..", "org.jspecify..")
        .check(patchbay);
  }

  @Test
  void coreReadsNoFileNoClockAndStartsNoThread() {
    noClasses()
        .that()
        .resideInAPackage("dev.patchbay.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.nio.file..",
            "java.nio.channels..",
            "java.util.concurrent..",
            "java.util.logging..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(patchbay);
  }

  @Test
  void noPackagesUseEachOtherInACircle() {
    slices().matching("dev.patchbay.(**)").should().beFreeOfCycles().check(patchbay);
  }

  @Test
  void namesSayWhatAThingDoes() {
    noClasses()
        .should()
        .haveNameMatching(".*(Impl|Manager|Utils?|Helper|Handler|Processor)")
        .check(patchbay);
  }
}
