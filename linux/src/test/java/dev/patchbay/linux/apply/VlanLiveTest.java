package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.BR;
import static dev.patchbay.linux.apply.Lab.BRIDGE_REF;
import static dev.patchbay.linux.apply.Lab.HOST_END;
import static dev.patchbay.linux.apply.Lab.HOST_REF;
import static dev.patchbay.linux.apply.Lab.LEASE_REF;
import static dev.patchbay.linux.apply.Lab.bridge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.VlanRange;
import dev.patchbay.core.plan.AddressUse;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.rtnetlink.KernelLink;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** VLANs, on kernels that have them; what the others say must be understood as well. */
final class VlanLiveTest {
  private static final LinkOp.EnsureBridge FILTERING =
      new LinkOp.EnsureBridge(BR, OptionalInt.empty(), false, true, BRIDGE_REF);
  private static final LinkOp.EnsureGateway GATEWAY =
      new LinkOp.EnsureGateway(
          BRIDGE_REF,
          new AddressUse(LEASE_REF, true, false, Optional.empty()),
          false,
          OptionalInt.of(100));
  private static final LinkOp.SetPort PORT =
      new LinkOp.SetPort(
          HOST_REF, true, true, OptionalInt.of(100), List.of(new VlanRange(200, 210)), false);

  private Lab lab;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private boolean kernelFilters() {
    return lab.run(FILTERING) instanceof Performed.Done;
  }

  @Test
  void aKernelWithoutVlansSaysWhatItLacksAndNothingIsLeft() throws Exception {
    Assumptions.assumeFalse(kernelFilters(), "this kernel has VLAN filtering");

    AttachFailure why = lab.refused(FILTERING);

    assertThat(why).isInstanceOf(AttachFailure.Kernel.class);
    assertThat(why.message()).startsWith("add bridge br0: EOPNOTSUPP");
    assertThat(why.remedy()).contains("lacks");
    assertThat(lab.find(Netns.HOST, BR)).isEmpty();
  }

  @Test
  void aPortWhoseVlansAreRefusedKeepsItsOtherSettings() throws Exception {
    Assumptions.assumeFalse(kernelFilters(), "this kernel has VLAN filtering");
    lab.done(bridge(), lab.veth(Optional.of(BRIDGE_REF)));

    assertThat(lab.refused(PORT).message()).contains("EOPNOTSUPP");

    assertThat(lab.onHost(HOST_END).isHairpin()).isFalse();
    assertThat(lab.onHost(HOST_END).isIsolated()).isFalse();
  }

  @Test
  void aPortCarriesItsVlansAndTheGatewayHasItsOwn() throws Exception {
    Assumptions.assumeTrue(kernelFilters(), "this kernel has no VLAN filtering");
    lab.lease(List.of(), "10.1.2.3/24");

    lab.done(lab.veth(Optional.of(BRIDGE_REF)), PORT, GATEWAY, GATEWAY);

    KernelLink gateway = lab.onHost(new IfName("br0.100"));
    assertThat(gateway.vlanId()).hasValue(100);
    assertThat(gateway.isUp()).isTrue();
    assertThat(lab.cidrs(Netns.HOST, new IfName("br0.100"))).containsExactly("10.1.2.1/24");
  }

  @Test
  void aStrangerInPlaceOfTheVlanInterfaceIsLeftAlone() throws Exception {
    lab.done(bridge());
    lab.lease(List.of(), "10.1.2.3/24");
    lab.strangersVeth(Netns.HOST, new IfName("br0.100"));

    assertThat(lab.refused(GATEWAY))
        .isEqualTo(new AttachFailure.LinkExists(new IfName("br0.100"), "host"));
  }

  @Test
  void aBridgeNameWithoutRoomForTheVlanIsRefused() {
    IfName name = new IfName("a-long-name-x");
    lab.done(new LinkOp.EnsureBridge(name, OptionalInt.empty(), false, false, BRIDGE_REF));
    lab.lease(List.of(), "10.1.2.3/24");

    assertThat(lab.refused(GATEWAY).message()).contains("a-long-name-x.100", "too long");
  }
}
