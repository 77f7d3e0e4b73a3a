using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Ceph;

/// <summary>
/// An RBD image with ext4 of a Ceph of the three nodes themselves, each a monitor and a disk, by the backend of the package: the
/// kernel opens it. The service mounts it.
/// </summary>
public sealed class CephStorage : ServiceStorage
{
    public const string Image = "hot/db+data";

    private const string MountUnit = "nodeagent-ceph-db.mount";

    private const string Mount =
        $"""
        [Unit]
        Description=The volume of the service

        [Mount]
        What=/dev/rbd/{Image}
        Where=/nodeagent/ceph/db
        Type=ext4
        Options=noatime
        TimeoutSec=90

        """;

    private const string Configuration =
        """
        backends:
          - id: ceph
            plugin: ceph
            accept_trial: true
            options: { pool: hot, open: kernel, nodes: "node1,node2,node3", patience: "20" }

        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    public override string Unit => "ceph:db";

    public override string Folder => "/nodeagent/ceph/db";

    public override bool NeedsStore => true;

    public override string Recipe => base.Recipe + Mount + Configuration + Parts + File.ReadAllText(CephPackages.NodeScript);

    public override string Parts => $"      - {{ name: data, kind: systemd, what: {MountUnit}, start_timeout: 90s, stop_timeout: 90s }}\n";

    public override string? Obstacle(string package) => Lacks(package, "ceph");

    public override async Task PrepareAsync(LabNode node, CancellationToken cancel)
    {
        await node.CopyToAsync(await CephPackages.TreeAsync(cancel), "/root/ceph.tar", cancel);
        await node.CopyToAsync(CephPackages.NodeScript, "/root/lab-ceph.sh", cancel);
        await node.ExpectAsync("bash /root/lab-ceph.sh prepare", Limit, cancel);
        await node.ExpectAsync($"mkdir -p {Folder} && cat > /etc/systemd/system/{MountUnit} && systemctl daemon-reload", Limit, cancel, Mount);
    }

    public override async Task JoinAsync(IReadOnlyList<LabNode> nodes, CancellationToken cancel)
    {
        await nodes[0].ExpectAsync("bash /root/lab-ceph.sh keys", Limit, cancel);
        await Task.WhenAll(nodes.Select(node => node.ExpectAsync("bash /root/lab-ceph.sh mkfs", Limit, cancel)));
        await nodes[0].ExpectAsync("bash /root/lab-ceph.sh osds", Limit, cancel);
        await Task.WhenAll(nodes.Select(node => node.ExpectAsync("bash /root/lab-ceph.sh osd", Limit, cancel)));
        await nodes[0].ExpectAsync("bash /root/lab-ceph.sh pools", Limit, cancel);
        await Task.WhenAll(nodes.Select(node => node.ExpectAsync("cat > /etc/nodeagent/conf.d/ceph.yaml && nodeagent config check", Limit, cancel, Configuration)));
    }

    public override async Task CreateAsync(LabNode first, CancellationToken cancel)
    {
        await first.ExpectAsync("for i in $(seq 30); do nodeagent volume create db/data --backend ceph --kind block --size 600MiB && exit 0; sleep 5; done; exit 1", Limit, cancel);
        await first.ExpectAsync($"mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 /dev/rbd/{Image} && udevadm settle && systemctl start {MountUnit}", Limit, cancel);
    }

    // The scenario's database leaves whole pages to ZFS; ext4 may tear them at a power cut.
    public override async Task SettleAsync(LabNode first, CancellationToken cancel) =>
        await first.ExpectAsync($"echo 'full_page_writes = on' >> {Folder}/pg/postgresql.conf && systemctl stop {MountUnit}", Limit, cancel);

    /// <summary>What the kernel, the cluster and the agent say goes to the evidence.</summary>
    public static async Task KeepEvidenceAsync(LabNode node, string folder, CancellationToken cancel)
    {
        var said = await node.RunAsync(
            "for d in /sys/bus/rbd/devices/*; do grep -H . $d/name $d/client_addr $d/client_id; done; timeout 20 ceph -s; timeout 20 ceph osd blocklist ls; "
            + "timeout 20 rados -p hot listomapvals nodeagent.ceph | tail -60; dmesg | tail -60; journalctl -u nodeagent --no-pager -o short-precise | tail -200; nodeagent status",
            TimeSpan.FromMinutes(2), cancel);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, $"ceph-{node.Name}.log"), said.Output, cancel);
    }
}
