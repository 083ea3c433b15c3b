#!/bin/sh
# The initial root file system's first program: loads drivers and hands over to the system on the first disk.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do
  insmod "/modules/$module" || echo "guest: cannot load $module"
done
mount -t ext4 /dev/vda /root || { echo "guest: no disk"; poweroff -f; }
for folder in proc sys dev; do
  mount -o move "/$folder" "/root/$folder"
done
exec switch_root /root /sbin/init
