package dev.patchbay.linux.apply;

import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.nftables.NftablesMissingException;
import java.io.IOException;

/** What the machine said, as a value. */
final class Failures {
  private Failures() {}

  static Performed of(Op op, IOException e) {
    return of(OpText.of(op), e);
  }

  /** The kernel's words survive; a socket that failed is reported as the kernel's failure too. */
  static Performed of(String doing, IOException e) {
    return new Performed.Failed(
        switch (e) {
          case Refusal refusal -> refusal.why();
          case KernelException refused ->
              new AttachFailure.Kernel(
                  refused.doing(), refused.errno().toString(), refused.extAck().orElse(""));
          case NftablesMissingException missing ->
              new AttachFailure.Kernel(
                  doing, missing.errno().toString(), "" + missing.getMessage());
          default ->
              new AttachFailure.Kernel(doing, e.getClass().getSimpleName(), "" + e.getMessage());
        });
  }
}
