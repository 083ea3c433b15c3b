package dev.patchbay.vpc;

import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.PortOp;
import java.util.ArrayList;
import java.util.List;

/**
 * Our own provider: whatever it knows is in its store, so that any number of them may work on one.
 * Two who want the same port or address meet at one version of one subnet, and one of them wins.
 */
public final class BuiltInProvider implements VpcProvider {
  private static final String NAME = "VPC store";

  private final VpcStore store;
  private final VpcSettings settings;
  private final PortOwners owners;
  private final Catalog catalog;
  private final Binder binder;

  /**
   * A provider for one node.
   *
   * @param store where everything is
   * @param settings of the node
   * @param owners tells whether a port that was made is still wanted when its sandbox goes
   */
  public BuiltInProvider(VpcStore store, VpcSettings settings, PortOwners owners) {
    this.store = store;
    this.settings = settings;
    this.owners = owners;
    this.catalog = new Catalog(store, settings);
    this.binder = new Binder(store, catalog, settings);
  }

  @Override
  public Resolution resolve(PortRequest request) {
    try {
      return catalog.find(request);
    } catch (Catalog.Refusal refusal) {
      return new Resolution.Refused(refusal.why());
    } catch (InvalidObjectException e) {
      return new Resolution.Refused(e.why());
    } catch (StoreAwayException e) {
      return new Resolution.Refused(away(e));
    }
  }

  @Override
  public Performed execute(PortOp op, Bindings bound) {
    try {
      return switch (op) {
        case PortOp.BindPort bind -> binder.bind(bind);
        case PortOp.UnbindPort(var claim) -> {
          binder.giveBack(claim, true);
          yield Performed.done();
        }
        case PortOp.ReleasePort(var claim) -> {
          binder.giveBack(claim, owners.wants(claim.holder()));
          yield Performed.done();
        }
      };
    } catch (Catalog.Refusal refusal) {
      return new Performed.Failed(refusal.why());
    } catch (InvalidObjectException e) {
      return new Performed.Failed(e.why());
    } catch (StoreAwayException e) {
      return new Performed.Failed(away(e));
    }
  }

  @Override
  public boolean isWanted(PortOp.Holder holder) {
    return owners.wants(holder);
  }

  @Override
  public List<Key> releaseOrphans() {
    List<Key> released = new ArrayList<>();
    for (Stored<Port> stored : store.list(Port.class, "")) {
      Port port = stored.object();
      boolean ours =
          port.madeFor().filter(holder -> holder.node().equals(settings.node())).isPresent();
      if (ours && !owners.wants(port.madeFor().orElseThrow().who()) && binder.removeFree(port)) {
        released.add(port.key());
      }
    }
    return released;
  }

  private static AttachFailure away(StoreAwayException e) {
    return new AttachFailure.ProviderAway(NAME, String.valueOf(e.getMessage()));
  }
}
