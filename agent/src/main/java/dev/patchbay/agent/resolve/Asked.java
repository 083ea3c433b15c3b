package dev.patchbay.agent.resolve;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;

/**
 * A NIC that was asked for, with its network's definition.
 *
 * @param request what was asked
 * @param ifName its name in the pod
 * @param definition the network
 */
public record Asked(NicRequest request, IfName ifName, NetworkConf definition) {}
