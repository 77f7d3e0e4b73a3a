using System.Globalization;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Mirrors;

/// <summary>
/// A pool of mirrors across nodes 1 and 2 by the backend of the package, with the agent itself. Drives are loop devices over
/// files, with a partition table each, made by a unit at every boot. With a spare the last drive is a real disk, which can be
/// taken out, and one more loop device waits for its place.
/// </summary>
public sealed class MirrorStorage(int pairs, bool hasSpare = false) : ServiceStorage
{
    // The pool of the cluster's other units has the first two.
    private const int RemovableDisk = 3;

    public const string Pool = "shared";
    public const string Name = "mirror:" + Pool;
    private const string Units =
        """
        [Unit]
        Description=Drives of the lab's mirror
        Before=nodeagent.service
        After=systemd-modules-load.service

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/bash /root/drives.sh

        [Install]
        WantedBy=multi-user.target

        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    /// <summary>Two pairs: enough to have more than one mirror.</summary>
    public static MirrorStorage Shared { get; } = new(pairs: 2);

    /// <summary>The same with a spare on each node.</summary>
    public static MirrorStorage WithSpare { get; } = new(pairs: 2, hasSpare: true);

    /// <summary>The spare's number among a node's drives.</summary>
    public int Spare => pairs + 1;

    // Only the lab's own nodes ever see it.
    private readonly string _key = MirrorKey.New();

    public override string Unit => Name;

    public override string Folder => "/nodeagent/mirror/data";

    public override string Nodes => "[node1, node2]";

    public override bool NeedsStore => true;

    public override string Recipe => base.Recipe + (hasSpare ? " spare" : string.Empty);

    /// <summary>Takes the disk of the last pair's drive out of a running node, as if it had died.</summary>
    public static Task RemoveDiskAsync(LabNode node, CancellationToken cancel) => node.ExpectAsync(
        $"d=$(basename $(readlink -f {node.DataDisk(RemovableDisk)})); p=$(readlink -f /sys/block/$d/device/..); (timeout 60 sh -c \"echo 1 > $p/remove\" > /dev/null 2>&1 &); for i in $(seq 30); do test -e {node.DataDisk(RemovableDisk)} || exit 0; sleep 1; done; exit 1", Limit, cancel);

    public override string? Obstacle(string package) => Lacks(package, "nvme-mirror");

    public override async Task PrepareAsync(LabNode node, CancellationToken cancel)
    {
        if (node.Number > 2)
        {
            return;
        }

        await node.ExpectAsync("printf 'zfs\\nnvmet-tcp\\nnvme-tcp\\nloop\\n' > /etc/modules-load.d/mirror.conf && modprobe -a zfs nvmet nvmet-tcp nvme-tcp loop", Limit, cancel);
        await node.ExpectAsync("umask 077; cat > /etc/nodeagent/mirror.key", Limit, cancel, _key + "\n");
        await node.ExpectAsync("cat > /root/drives.sh", Limit, cancel, Drives(node));
        await node.ExpectAsync("cat > /etc/systemd/system/lab-drives.service && systemctl daemon-reload && systemctl enable --now lab-drives", Limit, cancel, Units);
        await node.ExpectAsync("cat > /etc/nodeagent/conf.d/mirror.yaml && nodeagent config check", Limit, cancel, Configuration());
    }

    public override async Task CreateAsync(LabNode first, CancellationToken cancel) => await first.ExpectAsync(
        "for i in $(seq 30); do nodeagent volume create shared/data --backend mirror --kind filesystem --size 600MiB && exit 0; sleep 5; done; exit 1", Limit, cancel);

    private string Configuration()
    {
        var list = string.Join(',', Enumerable.Range(1, pairs).Select(drive => $"{MirrorFormation.Partition(1, drive)}/{MirrorFormation.Partition(2, drive)}"));
        return $$"""
            backends:
              - id: mirror
                plugin: nvme-mirror
                accept_trial: true
                options:
                  site: lab
                  pool: shared
                  nodes: node1=10.77.1.11+10.77.2.11,node2=10.77.1.12+10.77.2.12
                  pairs: {{list}}
                  key-file: /etc/nodeagent/mirror.key{{(hasSpare ? $"\n      spares: node1={MirrorFormation.Partition(1, Spare)},node2={MirrorFormation.Partition(2, Spare)}" : string.Empty)}}

            """;
    }

    private string Drives(LabNode node)
    {
        var text = new System.Text.StringBuilder("set -e\nmodprobe loop max_loop=32 2>/dev/null || true\nmkdir -p /var/drives\n");
        foreach (var drive in Enumerable.Range(1, hasSpare ? Spare : pairs).Where(drive => !hasSpare || drive != pairs))
        {
            text.Append(CultureInfo.InvariantCulture, $"test -b /dev/loop{drive} || mknod /dev/loop{drive} b 7 {drive}\n");
            text.Append(CultureInfo.InvariantCulture, $"test -e /var/drives/{drive} || {{ truncate -s 400M /var/drives/{drive}; printf 'label: gpt\\nuuid={MirrorFormation.Partition(node.Number, drive)}\\n' | sfdisk -q /var/drives/{drive}; }}\n");
            text.Append(CultureInfo.InvariantCulture, $"losetup -P --direct-io=on /dev/loop{drive} /var/drives/{drive}\n");
        }

        if (hasSpare)
        {
            // A drive that comes back after it was taken out keeps what it holds.
            text.Append(CultureInfo.InvariantCulture, $"test -e {node.DataDisk(RemovableDisk)}-part1 || printf 'label: gpt\\nsize=390MiB, uuid={MirrorFormation.Partition(node.Number, pairs)}\\n' | sfdisk -q {node.DataDisk(RemovableDisk)}\n");
        }

        return text.Append("udevadm settle\n").ToString();
    }
}
