package dev.patchbay.e2e.guest;

import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Writes a disk that a BIOS boots: GRUB between the partition table and the only partition, which
 * holds kernel and initrd. Nothing is mounted and no block device is asked for.
 *
 * @param folder for the disk and what goes into it
 */
record GrubDisk(Path folder) {
  private static final Path GRUB = Path.of("/usr/lib/grub/i386-pc");
  private static final int SECTOR = 512;
  private static final int PARTITION = 1 << 20;
  private static final int SIZE = 40 << 20;

  // what a master boot record has where
  private static final int CODE = 440;
  private static final int FIRST_PARTITION = 446;
  private static final int ACTIVE = 0x80;
  private static final int LINUX = 0x83;
  private static final short SIGNATURE = (short) 0xaa55;

  /** A qcow2 image. */
  Path write(Path kernel, Path initrd, String arguments) throws IOException {
    Lab.require(Files.exists(GRUB), GRUB + " is missing: e2e/lab-tools packages");
    Path staging = Files.createDirectories(folder.resolve("grub-disk"));
    Files.copy(kernel, staging.resolve("vmlinuz"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(initrd, staging.resolve("initrd.gz"), StandardCopyOption.REPLACE_EXISTING);
    Path raw = folder.resolve("disk.raw");
    Command.of(
            "mke2fs",
            "-q",
            "-t",
            "ext2",
            "-E",
            "root_owner=0:0,offset=" + PARTITION,
            "-d",
            staging.toString(),
            raw.toString(),
            (SIZE - PARTITION) / 1024 + "k")
        .output();
    try (FileChannel disk = FileChannel.open(raw, StandardOpenOption.WRITE)) {
      disk.write(ByteBuffer.allocate(1), SIZE - 1);
      disk.write(bootRecord(), 0);
      disk.write(ByteBuffer.wrap(Files.readAllBytes(core(arguments))), SECTOR);
    }
    Path image = folder.resolve("disk.qcow2");
    Command.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), image.toString())
        .output();
    return image;
  }

  private Path core(String arguments) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("grub.cfg"),
            """
            root=(hd0,msdos1)
            linux (hd0,msdos1)/vmlinuz %s
            initrd (hd0,msdos1)/initrd.gz
            boot
            """
                .formatted(arguments));
    Path core = folder.resolve("core.img");
    Command.of(
            "grub-mkimage",
            "-O",
            "i386-pc",
            "-d",
            GRUB.toString(),
            "-o",
            core.toString(),
            "-c",
            config.toString(),
            "-p",
            "(hd0,msdos1)/",
            "biosdisk",
            "part_msdos",
            "ext2",
            "linux")
        .output();
    return core;
  }

  /** GRUB's first sector, which loads what stands after it, and a table of one partition. */
  private static ByteBuffer bootRecord() throws IOException {
    byte[] code = Arrays.copyOf(Files.readAllBytes(GRUB.resolve("boot.img")), CODE);
    ByteBuffer record = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN).put(code);
    record.position(FIRST_PARTITION).put((byte) ACTIVE);
    record.put(FIRST_PARTITION + 4, (byte) LINUX);
    record.putInt(FIRST_PARTITION + 8, PARTITION / SECTOR);
    record.putInt(FIRST_PARTITION + 12, (SIZE - PARTITION) / SECTOR);
    return record.putShort(SECTOR - 2, SIGNATURE).rewind();
  }
}
