package dev.patchbay.vm.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qemu.QemuMachine.Disk.Format;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ImagesTest {
  private static final FetchLimits QUICK =
      new FetchLimits(
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          Duration.ofSeconds(20),
          3,
          Duration.ofMillis(1),
          1 << 20);

  @TempDir private Path folder;
  private WebOfImages web;
  private Images images;

  @BeforeEach
  void serve() throws IOException {
    web = new WebOfImages();
    // a stand-in that writes down how it was called, since the real one is tried in a lab
    Path tool = folder.resolve("qemu-img");
    Files.writeString(
        tool,
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >\""
            + folder
            + "/called\"\n"
            + "for last; do before=$this; this=$last; done\n: >\"$before\"\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    images = new Images(folder.resolve("images.yaml"), folder.resolve("cache"), tool, QUICK);
    Files.createDirectory(folder.resolve("vm"));
  }

  @AfterEach
  void stop() {
    web.close();
  }

  private static byte[] qcow2(int length) {
    ByteBuffer image = ByteBuffer.allocate(length);
    image.putInt(0, 0x514649fb).putInt(4, 3).putLong(24, 1 << 20).putInt(36, 1);
    image.putLong(40, 512).putLong(48, 1024);
    return image.array();
  }

  private static byte[] patched(int at, byte value) {
    byte[] image = qcow2(4096);
    image[at] = value;
    return image;
  }

  private void table(String yaml) throws IOException {
    Files.writeString(folder.resolve("images.yaml"), yaml);
  }

  private void cirros(byte[] content) throws IOException {
    web.with("/cirros.img", content);
    table(
        "images: [{name: cirros, url: '%s', sha256: %s, format: qcow2}]"
            .formatted(web.url("/cirros.img"), Sha256.of(Sha256.digest().digest(content)).hex()));
  }

  private PreparedImage prepare(String image, PullPolicy policy, long bytes) throws IOException {
    return images.prepare(
        new ImageRequest(image, policy, folder.resolve("vm"), OptionalLong.of(bytes)),
        Progress.SILENT);
  }

  private PreparedImage prepare(String image) throws IOException {
    return prepare(image, PullPolicy.IF_NOT_PRESENT, 1);
  }

  private void assertRefused(ImageException.Kind kind, String image, String... words) {
    assertThatThrownBy(() -> prepare(image))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .hasMessageContainingAll(words);
    assertThat(folder.resolve("vm")).isEmptyDirectory();
  }

  @Test
  void anImageIsFetchedOnceAndEachMachineGetsADiskOfItsOwnAbove() throws IOException {
    cirros(qcow2(4096));

    PreparedImage ready = prepare("virtlet.cloud/cirros", PullPolicy.IF_NOT_PRESENT, 1L << 30);

    Path own = folder.resolve("vm/root.qcow2");
    assertThat(ready)
        .isEqualTo(new PreparedImage.BootDisk(new QemuMachine.Disk(own, Format.QCOW2, false)));
    List<String> called = Files.readAllLines(folder.resolve("called"));
    assertThat(called.subList(0, 7))
        .isEqualTo(List.of("create", "-q", "-f", "qcow2", "-F", "qcow2", "-b"));
    assertThat(Files.readAllBytes(Path.of(called.get(7)))).isEqualTo(qcow2(4096));
    assertThat(called.getLast()).isEqualTo(String.valueOf(1L << 30));
    Files.delete(own);
    prepare("cirros");
    prepare("cirros:latest");
    assertThat(web.asked).hasSize(1);
    assertThat(Files.readAllLines(folder.resolve("called")).getLast())
        .as("never smaller than the image")
        .isEqualTo(String.valueOf(1 << 20));
  }

  @Test
  void whatAGuestHasWrittenOutlivesASecondStartEvenWithoutTheTable() throws IOException {
    cirros(qcow2(4096));
    prepare("cirros");
    Files.writeString(folder.resolve("vm/root.qcow2"), "written by the guest");

    prepare("cirros");

    assertThat(folder.resolve("vm/root.qcow2")).hasContent("written by the guest");
  }

  @Test
  void aFetchThatBreaksOffGoesOnWhereItWas() throws IOException {
    cirros(qcow2(300_000));
    web.breaks.addAll(List.of(100_000, 100_000));

    prepare("cirros");

    assertThat(web.asked.getFirst()).isEqualTo("/cirros.img");
    assertThat(web.asked).hasSize(3);
    assertThat(web.asked.getLast()).contains("bytes=");
  }

  @Test
  void aFetchThatBrokeOffForGoodIsTakenUpByTheNextRequestUnlessTheFileHasChanged()
      throws IOException {
    cirros(qcow2(300_000));
    web.breaks.addAll(List.of(100_000, 1, 1));
    assertRefused(ImageException.Kind.TRUNCATED, "cirros", "/cirros.img", "3 tries");

    prepare("cirros");
    assertThat(web.asked.getLast()).contains("bytes=1000");

    web.breaks.addAll(List.of(100_000, 1, 1));
    Files.delete(folder.resolve("vm/root.qcow2"));
    cirros(qcow2(400_000));
    assertRefused(ImageException.Kind.TRUNCATED, "cirros", "3 tries");
    web.tag.incrementAndGet();
    prepare("cirros");
  }

  @Test
  void manyMachinesShareOneFetch() throws Exception {
    cirros(qcow2(4096));
    List<Future<PreparedImage>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        Path vm = Files.createDirectory(folder.resolve("vm" + i));
        ImageRequest request =
            new ImageRequest("cirros", PullPolicy.IF_NOT_PRESENT, vm, OptionalLong.empty());
        all.add(threads.submit(() -> images.prepare(request, Progress.SILENT)));
      }
      for (Future<PreparedImage> one : all) {
        assertThat(one.get(30, TimeUnit.SECONDS)).isInstanceOf(PreparedImage.BootDisk.class);
      }
    }
    assertThat(web.asked).hasSize(1);
  }

  @Test
  void aFileOfThisHostThatWasChangedIsAnotherImage() throws IOException {
    Path vm = folder.resolve("vm/root.qcow2");
    table("images: [{name: a, file: %s, format: qcow2}]".formatted(folder.resolve("a.img")));
    Files.write(folder.resolve("a.img"), qcow2(4096));
    prepare("a", PullPolicy.ALWAYS, 1);
    Files.delete(vm);
    Files.write(folder.resolve("a.img"), qcow2(8192));
    prepare("a", PullPolicy.ALWAYS, 1);

    assertThat(Path.of(Files.readAllLines(folder.resolve("called")).get(7))).hasSize(8192);
  }

  @Test
  void aVersionThatTheOtherSideStillHasIsNotFetchedAgain() throws IOException {
    web.with("/a.img", qcow2(4096));
    Artifact artifact =
        new Artifact(new Artifact.Remote(URI.create(web.url("/a.img"))), Optional.empty());
    ImageCache cache = new ImageCache(folder.resolve("cache"), QUICK);

    Path first = cache.file(artifact, PullPolicy.ALWAYS, Progress.SILENT);
    assertThat(cache.file(artifact, PullPolicy.ALWAYS, Progress.SILENT)).isEqualTo(first);
    web.with("/a.img", qcow2(8192));
    assertThat(cache.file(artifact, PullPolicy.ALWAYS, Progress.SILENT)).isEqualTo(first);
    web.tag.incrementAndGet();
    assertThat(cache.file(artifact, PullPolicy.IF_NOT_PRESENT, Progress.SILENT)).isEqualTo(first);
    assertThat(cache.file(artifact, PullPolicy.ALWAYS, Progress.SILENT)).hasSize(8192);
    assertThat(first).hasSize(4096);
    assertThat(web.asked).hasSize(4);
  }

  @Test
  void anImageThatIsNotHereIsNeverFetchedByNever() throws IOException {
    cirros(qcow2(4096));

    assertThatThrownBy(() -> prepare("cirros", PullPolicy.NEVER, 1))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo("ErrImageNeverPull"))
        .hasMessageContaining("imagePullPolicy is Never");
    assertThat(web.asked).isEmpty();
    prepare("cirros");
    Files.delete(folder.resolve("vm/root.qcow2"));
    prepare("cirros", PullPolicy.NEVER, 1);
  }

  @Test
  void aWrongChecksumLeavesNothingBehind() throws IOException {
    cirros(qcow2(4096));
    web.with("/cirros.img", qcow2(8192));

    assertRefused(
        ImageException.Kind.WRONG_CHECKSUM, "cirros", "/cirros.img is sha256:", " and not ");
    try (Stream<Path> left = Files.walk(folder.resolve("cache"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void aMissingImageAndOneThatIsTooLargeSaySo() throws IOException {
    table(
        "images: [{name: a, url: '%s', sha256: %s, format: qcow2}, {name: b, file: /nowhere, format: raw}]"
            .formatted(web.url("/absent"), "0".repeat(64)));
    assertRefused(ImageException.Kind.UNREACHABLE, "a", "/absent answered 404");
    assertRefused(ImageException.Kind.UNREACHABLE, "b", "/nowhere does not exist");
    cirros(qcow2((1 << 20) + 512));
    assertRefused(ImageException.Kind.NOT_AN_IMAGE, "cirros", "more than 1048576 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "8, 15, 1, backing file",
    "72, 79, 4, in another file",
    "32, 35, 1, encrypted",
    "72, 79, 64, features",
    "4, 7, 9, version"
  })
  void aQcow2ThatNamesFilesOfTheHostOrCannotBeReadIsRefused(
      int from, int at, byte value, String why) throws IOException {
    cirros(patched(at, value));

    assertRefused(ImageException.Kind.NOT_AN_IMAGE, "cirros", why);
  }

  @Test
  void whatIsNoImageOrEndsTooSoonIsToldAsWhatItIs() throws IOException {
    cirros("<!DOCTYPE html><p>log in first".getBytes(UTF_8));
    assertRefused(ImageException.Kind.NOT_AN_IMAGE, "cirros", "it is a web page");
    cirros(Arrays.copyOf(qcow2(4096), 600));
    assertRefused(ImageException.Kind.TRUNCATED, "cirros", "ends after 600 bytes");
    Files.write(folder.resolve("a"), qcow2(4096));
    table("images: [{name: a, file: %s, format: raw}]".formatted(folder.resolve("a")));
    assertRefused(ImageException.Kind.NOT_AN_IMAGE, "a", "it is a qcow2 image");
    Files.write(folder.resolve("a"), new byte[700]);
    assertRefused(ImageException.Kind.NOT_AN_IMAGE, "a", "whole number of sectors");
  }

  @Test
  void aKernelIsBootedDirectlyWithItsRootFileSystem() throws IOException {
    byte[] kernel = new byte[1024];
    System.arraycopy("HdrS".getBytes(UTF_8), 0, kernel, 0x202, 4);
    Files.write(folder.resolve("vmlinuz"), kernel);
    Files.write(folder.resolve("initrd"), new byte[] {1});
    table(
        """
        images:
        - name: lab/small
          kernel: {file: "%1$s/vmlinuz"}
          initrd: {file: "%1$s/initrd"}
          append: console=ttyS0
        - name: bad
          kernel: {file: "%1$s/initrd"}
        """
            .formatted(folder));

    PreparedImage ready = prepare("lab/small");

    assertThat(ready.disks()).isEmpty();
    QemuMachine.Kernel booted = ready.kernel().orElseThrow();
    assertThat(booted.arguments()).isEqualTo("console=ttyS0");
    assertThat(booted.image()).hasBinaryContent(kernel);
    assertRefused(ImageException.Kind.NOT_AN_IMAGE, "bad", "no Linux kernel");
  }

  @Test
  void aMissingToolIsNamed() throws IOException {
    cirros(qcow2(4096));
    Files.delete(folder.resolve("qemu-img"));

    assertRefused(ImageException.Kind.TOOL, "cirros", "qemu-img is missing", "install qemu-utils");
  }

  @Test
  void requestsThatFailTogetherAreAllTold() throws Exception {
    table(
        "images: [{name: a, url: '%s', sha256: %s, format: qcow2}]"
            .formatted(web.url("/absent"), "0".repeat(64)));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> one = threads.submit(() -> prepare("a"));
      Future<?> two = threads.submit(() -> prepare("a"));
      for (Future<?> each : List.of(one, two)) {
        assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("404");
      }
    }
  }
}
