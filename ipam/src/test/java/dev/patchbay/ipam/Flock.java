package dev.patchbay.ipam;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The real lock, as bare as a test needs it. */
final class Flock implements DirectoryLock {
  private static final int O_CREAT_CLOEXEC = 0100 | 02000000; // asm-generic/fcntl.h
  private static final int LOCK_EX = 2; // asm-generic/fcntl.h
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle FLOCK =
      handle("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  @Override
  public Closeable lock(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), O_CREAT_CLOEXEC, 0750);
      if (descriptor < 0 || (int) FLOCK.invokeExact(descriptor, LOCK_EX) < 0) {
        throw new IOException("cannot lock " + file);
      }
      return () -> close(descriptor);
    } catch (RuntimeException | IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void close(int descriptor) {
    try {
      if ((int) CLOSE.invokeExact(descriptor) < 0) {
        throw new IllegalStateException("cannot close " + descriptor);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
