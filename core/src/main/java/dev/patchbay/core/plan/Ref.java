package dev.patchbay.core.plan;

/**
 * The name of something that an op will yield; planning stays pure because this is only a name.
 *
 * @param name unique within a plan
 * @param <T> what it will be
 */
// the parameter is what makes a Ref typed; nothing needs to store it
@SuppressWarnings("UnusedTypeParameter")
public record Ref<T extends Yield>(String name) {
  @Override
  public String toString() {
    return "@" + name;
  }
}
