#!/bin/sh
# A stand-in for calico, which no package brings: the reference ptp and host-local behind that name. It takes the
# conf of seed 004 (10-calico.conf) as it is and, as the real one, brings the ipam that "calico-ipam" names.
conf=$(tr -d '\n')
version=$(printf %s "$conf" | sed -n 's/.*"cniVersion" *: *"\([^"]*\)".*/\1/p')
mtu=$(printf %s "$conf" | sed -n 's/.*"mtu" *: *\([0-9]*\).*/\1/p')
CNI_PATH=@PLUGINS@
export CNI_PATH
printf '{"cniVersion":"%s","name":"k8s-pod-network","type":"ptp","mtu":%s,"ipam":{"type":"host-local",
  "dataDir":"@LEASES@","ranges":[[{"subnet":"192.168.135.0/24","rangeStart":"192.168.135.129"}]],
  "routes":[{"dst":"0.0.0.0/0"}]}}' "$version" "${mtu:-1500}" | "@PLUGINS@/ptp"
