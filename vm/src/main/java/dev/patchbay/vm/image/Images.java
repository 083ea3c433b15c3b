package dev.patchbay.vm.image;

import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qemu.QemuMachine.Disk.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The images of a node. Fetched ones are shared and never written; each machine has a disk of its
 * own above. Any number of threads may ask at once.
 */
public final class Images {
  private static final String ROOT = "root.qcow2";
  private static final Duration QEMU_IMG = Duration.ofSeconds(60);

  private final Path table;
  private final ImageCache cache;
  private final QemuImg qemuImg;

  /**
   * Nothing is touched yet.
   *
   * @param table the file that says which names stand for which images; read anew each time
   * @param cache absolute, on the same disk for all that is in it; QEMU's user must be able to read
   *     there
   * @param qemuImg the program, needed for disks only
   */
  public Images(Path table, Path cache, Path qemuImg, FetchLimits limits) {
    this.table = table;
    this.cache = new ImageCache(cache.toAbsolutePath(), limits);
    this.qemuImg = new QemuImg(qemuImg, QEMU_IMG);
  }

  /**
   * Brings an image and makes the machine's own disk, or finds the one it had before, with all that
   * its guest has written. Throws ImageException that says what is wrong; nothing half done is left
   * but what a later try goes on with.
   */
  public PreparedImage prepare(ImageRequest request, Progress progress) throws IOException {
    ImageName name = ImageName.parse(request.image());
    ImageSource source = ImageTableText.read(table).find(name);
    String what = "image \"" + name + "\"";
    PreparedImage ready =
        switch (source) {
          case ImageSource.OnDisk disk ->
              new PreparedImage.BootDisk(disk(disk, what, request, progress));
          case ImageSource.Kernel kernel -> kernel(kernel, what, request, progress);
        };
    progress.told(Progress.Stage.PULLED, what + " is here");
    return ready;
  }

  /** Throws ImageException unless the name is known and could be prepared; fetches nothing. */
  public void check(String image) throws ImageException {
    var _ = ImageTableText.read(table).find(ImageName.parse(image));
  }

  private PreparedImage kernel(
      ImageSource.Kernel kernel, String what, ImageRequest request, Progress progress)
      throws IOException {
    Path image = cache.file(kernel.image(), request.policy(), progress);
    ImageContent.of(image, what + ", kernel").requireKernel();
    Optional<Path> initrd = Optional.empty();
    if (kernel.initrd().isPresent()) {
      initrd = Optional.of(cache.file(kernel.initrd().get(), request.policy(), progress));
      ImageContent.of(initrd.get(), what + ", initrd").requireInitrd();
    }
    Optional<QemuMachine.Disk> disk = Optional.empty();
    if (kernel.disk().isPresent()) {
      disk = Optional.of(disk(kernel.disk().get(), what, request, progress));
    }
    return new PreparedImage.DirectKernel(
        new QemuMachine.Kernel(image, initrd, kernel.append()), disk);
  }

  private QemuMachine.Disk disk(
      ImageSource.OnDisk disk, String what, ImageRequest request, Progress progress)
      throws IOException {
    Path own = request.folder().toAbsolutePath().resolve(ROOT);
    if (!Files.exists(own)) {
      Path below = cache.file(disk.file(), request.policy(), progress);
      long size = ImageContent.of(below, what).requireDisk(disk.format());
      qemuImg.overlay(below, disk.format(), own, Math.max(size, request.rootBytes().orElse(size)));
    }
    return new QemuMachine.Disk(own, Format.QCOW2, false);
  }
}
