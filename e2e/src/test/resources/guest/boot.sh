#!/bin/sh
# The guest's first program on its disk. Each boot runs the tests of its number and reboots; the last one switches off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root JAVA_HOME=/lab/java
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /dev/shm
mount -t tmpfs tmpfs /dev/shm
ip link set lo up
hostname guest

# The channel for results gets its device a moment after its driver.
tries=0
while [ ! -e /dev/vport*p1 ] && [ $tries -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done

boot=$(cat /lab/boots)
echo $((boot + 1)) >/lab/boots
sync
if [ -r "/lab/tests.$boot" ]; then
  # The guest pays for code that is compiled for it twice, by the JVM and by QEMU.
  /lab/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m --enable-native-access=ALL-UNNAMED \
    -Dpatchbay.root=/lab/root -Dpatchbay.lab.required=true -cp "$(cat /lab/class-path)" \
    dev.patchbay.e2e.guest.TestsInGuest /dev/vport*p1 $(cat "/lab/tests.$boot")
  echo "guest: boot $boot ended with $?"
fi
if [ -r "/lab/tests.$((boot + 1))" ]; then
  # as if the power went: nothing is written that was not written already
  echo b >/proc/sysrq-trigger
fi
sync
poweroff -f
