package dev.patchbay.apiserver.store;

import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The process that {@link KilledStoreTest} kills: writes, and says each number once it is kept. */
final class StoreWriter {
  private StoreWriter() {}

  /** FILE FIRST-NUMBER. */
  public static void main(String[] arguments) {
    ObjectStore store = ObjectStore.open(Path.of(arguments[0]));
    for (int number = Integer.parseInt(arguments[1]); ; number++) {
      ObjectNode object = JsonMapper.shared().createObjectNode().put("n", number);
      String name = "o" + number;
      object.putObject("metadata").put("name", name);
      store.change(new ObjectKey("", "configmaps", "default", name), _ -> new Write.Put(object));
      System.out.println(number);
      System.out.flush();
    }
  }
}
