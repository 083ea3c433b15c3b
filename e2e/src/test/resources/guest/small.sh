#!/bin/sh
# The first program of a small machine that does as cirros does: it brings up eth0 and no other NIC, has a shell on its serial
# console, and the commands that seed 000 types. With nics=all on the kernel's command line every NIC comes up, also later ones.
export PATH=/sbin:/bin HOME=/root ENV=/etc/shrc
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /seed /tmp /root /run
mount -t devpts pts /dev/pts
for module in $(cat /modules/order); do
  insmod "/modules/$module" || echo "guest: cannot load $module"
done
hostname cirros
seed=$(findfs LABEL=cidata 2>/dev/null) && mount -t vfat -o ro "$seed" /seed &&
  hostname "$(sed -n 's/^local-hostname: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' /seed/meta-data)"
ip link set lo up
acpid -d >/dev/null 2>&1 &
case $(cat /proc/cmdline) in
*nics=all*) /sbin/every-nic & ;;
*) [ -e /sys/class/net/eth0 ] && cirros-dhcpc up eth0 & ;;
esac
echo "guest: $(hostname) is up"
while :; do
  setsid cttyhack sh
done
