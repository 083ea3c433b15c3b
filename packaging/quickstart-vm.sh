# What ./quickstart --vm shows: seed 001 on a virtual machine. Sourced by quickstart, whose functions it uses.

vm_lines=0
vm_seed=e2e/src/test/resources/seed-001
vm_guest=$root/e2e/src/test/resources/guest

# In the order in which they are loaded.
vm_modules=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover virtio_net
  virtio_blk button evdev)

vm_prepare() {
  [[ $(uname -m) == x86_64 ]] || stop_here "the machine of this tour is an x86 one, and this is none"
  need qemu-system-x86_64=qemu-system-x86
  PBQS_KERNEL=$("$root/e2e/lab-tools" kernel) || stop_here "no kernel for the guest; the reason is above"
  export PBQS_KERNEL
}

# A guest of a kernel and busybox, under the name of the image that the seed asks for.
vm_image() {
  local guest=$work/guest kernel module file applet
  kernel=$(find "$PBQS_KERNEL/" -name 'vmlinuz*' -print -quit)
  mkdir -p "$guest"/{bin,sbin,proc,sys,dev,etc/acpi/PWRF,modules}
  cp -- "$(command -v busybox)" "$guest/bin/busybox"
  for applet in $("$guest/bin/busybox" --list); do
    [[ $applet == busybox ]] || ln -s busybox "$guest/bin/$applet"
  done
  cp -- "$vm_guest/small.sh" "$guest/init"
  cp -- "$vm_guest/cirros-dhcpc.sh" "$guest/sbin/cirros-dhcpc"
  cp -- "$vm_guest/lease.sh" "$guest/sbin/lease"
  cp -- "$vm_guest/every-nic.sh" "$guest/sbin/every-nic"
  printf '#!/bin/sh\nexec poweroff -f\n' >"$guest/etc/acpi/PWRF/00000080"
  chmod 755 "$guest/init" "$guest"/sbin/* "$guest/etc/acpi/PWRF/00000080"
  for module in "${vm_modules[@]}"; do
    file=$(find "$PBQS_KERNEL/" -name "$module.ko" -print -quit)
    if [[ -n $file ]]; then
      cp -- "$file" "$guest/modules/"
      echo "$module.ko" >>"$guest/modules/order"
    fi
  done
  (cd "$guest" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$work/guest.gz"
  cp -- "$kernel" "$work/vmlinuz"
  chmod 644 "$work/guest.gz" "$work/vmlinuz"
  cat >"$work/images.yaml" <<YAML
images:
- name: download.cirros-cloud.net/*/cirros-*-x86_64-disk.img
  kernel: {file: "$work/vmlinuz"}
  initrd: {file: "$work/guest.gz"}
  append: "console=ttyS0 quiet panic=-1 no_timer_check nics=all"
YAML
}

vm_up() {
  export PATCHBAY_SOCKET=$work/node/agent.sock
  cat >"$work/standalone.yaml" <<YAML
runtime: none
agent: {vm: {images: "$work/images.yaml"}}
YAML
  show patchbay up --config "$work/standalone.yaml" --state "$work/node/state" --node-name quickstart \
    --log "$work/node.log" || fail "patchbay up failed"
  export KUBECONFIG=$work/node/state/standalone/api/kubeconfig KUBECACHEDIR=$work/cache
}

# vm_says TEXT: reads what the console says until that; what it said is in $heard.
vm_says() {
  local piece
  heard=
  until [[ $heard == *"$1"* ]]; do
    IFS= read -r -t 60 -N 1 -u "${console[0]}" piece || fail "the guest does not say \"$1\" but: $heard"
    heard+=$piece
  done
}

# A line typed into the guest's console, and what it printed. Whoever attaches sees the last lines first, so each has a number.
in_guest() {
  local console_PID mark=$((++vm_lines))
  printf '\nguest# %s\n' "$*"
  coproc console { exec patchbay attach -i nginx-vm 2>>"$work/attach.log"; }
  vm_says 'leaves it]'
  # broken in two, so that the echo of the line is not taken for what it prints
  printf '%s\r' "echo be''gin$mark; $*; echo e''nd$mark" >&"${console[1]}"
  vm_says "begin$mark"
  vm_says "end$mark"
  heard=${heard%"end$mark"}
  printf '%s\n' "${heard//$'\r'/}" | sed '/^$/d'
  printf '\x1d' >&"${console[1]}"
  wait "$console_PID" 2>/dev/null || :
}

vm_is_up() { grep -qs 'is up' "$work"/node/state/vm/*/console.log; }

vm_nic_is() { patchbay get nics -o wide --no-headers 2>/dev/null | grep -w "$1" | grep -q "$2"; }
await_vm_nic() { await vm_nic_is "$1" "$2" || fail "$1 of the guest is not $2"; }

vm_nics() { if kubectl_serves; then show kubectl get nics -o wide; else show patchbay get nics; fi; }

vm_tour() {
  local began=$SECONDS patch=(kubectl patch pod nginx-vm --patch-file)
  title "A virtual machine, and a Kubernetes API of this machine's own (seed 001)"
  vm_image
  vm_up
  cd "$root"
  if kubectl_serves; then
    show kubectl apply -f "$vm_seed/vm-nic-hotplug.yaml"
  else
    patch=()
    show patchbay apply -f "$vm_seed/vm-nic-hotplug.yaml"
  fi
  await vm_is_up || fail "the machine does not start"
  await_vm_nic eth0 Configured
  vm_nics
  title "Its console: kubectl attach -it nginx-vm, or patchbay attach -it nginx-vm; Ctrl-] leaves it"
  in_guest ip -o -4 address
  title "A second NIC, while it runs"
  if ((${#patch[@]})); then
    show "${patch[@]}" "$vm_seed/patch-nic-hotplug.yaml"
  else
    show patchbay plug default/nginx-vm --network vpcdemo --name eth1
  fi
  await_vm_nic eth1 Configured
  vm_nics
  in_guest ip -o -4 address
  [[ -z $keep ]] || look_around "KUBECONFIG is set: kubectl attach -it nginx-vm"
  title "Unplugged again"
  if ((${#patch[@]})); then
    show "${patch[@]}" "$vm_seed/patch-delete-eth1.yaml"
  else
    show patchbay unplug default/nginx-vm eth1 --yes
  fi
  await vm_has_only_eth0 || fail "eth1 is still there"
  in_guest ip -o link
  show patchbay down --purge || fail "patchbay down failed"
  say "that took $((SECONDS - began)) s; no process is left, and docs/vm.md goes on from here"
}

vm_has_only_eth0() { [[ $(patchbay get nics --no-headers | awk '{ print $2 }') == eth0 ]]; }
