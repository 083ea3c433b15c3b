package dev.patchbay.cli;

/** What the agent answers, as its own tests have it. */
final class Answers {
  static final String NET1 =
      """
      {"pod":"demo/web-0","container":"4f2c8a9be1d07711","nic":"net1","state":"Attached","network":"blue",
       "kind":"bridge","chain":["bridge","tuning"],"native":true,"ips":["10.96.0.7/24","fd00::7/64"],
       "mac":"0a:58:0a:60:00:07","mtu":1500,"hostLink":"vethdcb1a2","netns":"/run/netns/web",
       "owner":"pod/u-1","runtime":"containerd","plugged":true,"since":"2026-11-21T11:57:00Z",
       "origin":{"dialect":"cli","where":"patchbay plug","text":"blue@net1"},"trouble":""}\
      """;

  static final String ETH0 =
      """
      {"pod":"","container":"9be1d077114f2c8a","nic":"eth0","state":"Failed","network":"pods",
       "kind":"flannel","chain":["flannel"],"native":false,"ips":[],
       "mac":"","mtu":0,"hostLink":"","netns":"/run/netns/lab",
       "owner":"container/podman/9be1","runtime":"podman","plugged":false,"since":"2026-11-18T12:00:00Z",
       "origin":{"dialect":"cni","where":"configuration of the runtime","text":"pods"},"trouble":"EBUSY"}\
      """;

  static final String NICS = list("NicList", ETH0 + "," + NET1);

  static final String NETWORKS =
      """
      {"apiVersion":"patchbay.dev/v1alpha1","kind":"NetworkList","items":[
       {"name":"pods","namespace":"","alias":"","source":"a runtime's configuration","trouble":"",
        "chain":["bridge"],"ipam":"host-local","nics":["demo/web-0:eth0"],
        "pools":[{"ranges":"[10.97.0.0/24]","total":253,"taken":1,"free":252,"stale":1}],
        "stale":[{"address":"10.97.0.9","holder":"container dead1, interface eth0",
                  "written":"2026-11-20T12:00:00Z"}]},
       {"name":"blue","namespace":"demo","alias":"","source":"/etc/patchbay/networks/blue.yaml","trouble":"",
        "chain":["macvlan","tuning"],"ipam":"static","capabilities":["ips"],
        "plugins":[{"type":"macvlan","password":"(secret)"}],"nics":[],"pools":[]}],
       "problems":["/etc/patchbay/net.d/x.conf is not JSON"]}\
      """;

  static final String STALE =
      """
      {"address":"10.97.0.9","holder":"container dead1, interface eth0",
       "written":"2026-11-20T12:00:00Z","network":"pods","state":"Stale"}\
      """;

  static final String PLAN =
      """
      {"apiVersion":"patchbay.dev/v1alpha1","kind":"Plan","target":"demo/web-0","nics":[
       {"nic":"net1","network":"blue","chain":["bridge"],
        "origin":{"dialect":"cli","where":"patchbay plug","text":"blue"},
        "steps":[{"op":"ensure bridge br-blue","undo":"","why":"the network's bridge"},
                 {"op":"add veth vethdcb1a2","undo":"delete vethdcb1a2","why":"the NIC"}]}],
       "afterwards":[],"warnings":["nobody reads key \\"x\\""],"plan":{"is":"Sequence"}}\
      """;

  private Answers() {}

  static String list(String kind, String items) {
    return "{\"apiVersion\":\"patchbay.dev/v1alpha1\",\"kind\":\""
        + kind
        + "\",\"items\":["
        + items
        + "]}";
  }
}
