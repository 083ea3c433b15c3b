#!/bin/sh
# A stand-in for flannel, which no package brings: the reference bridge and host-local behind that name. It takes its
# member of seed 004's 10-flannel.conflist as it is, delegate included (a delegate with objects inside is not read).
conf=$(tr -d '\n')
version=$(printf %s "$conf" | sed -n 's/.*"cniVersion" *: *"\([^"]*\)".*/\1/p')
delegate=$(printf %s "$conf" | sed -n 's/.*"delegate" *: *{\([^{}]*\)}.*/\1/p')
CNI_PATH=@PLUGINS@
export CNI_PATH
printf '{"cniVersion":"%s","name":"cbr0","type":"bridge","bridge":"cni0","mtu":1450%s,"ipam":{"type":"host-local",
  "dataDir":"@LEASES@","ranges":[[{"subnet":"10.244.1.0/24"}]],
  "routes":[{"dst":"10.244.0.0/16"}]}}' "$version" "${delegate:+,$delegate}" | "@PLUGINS@/bridge"
