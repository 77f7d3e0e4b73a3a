using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Drbd;

/// <summary>
/// A DRBD resource of the kernel's own generation on nodes 1 and 2, with ext4, by the backend of the package. Below it is a loop
/// device over a file, or something else. At a boot a unit waits for it and loads the module; the agent brings the resource up.
/// </summary>
/// <param name="below">What is below it.</param>
public sealed class DrbdStorage(DrbdBelow below = DrbdBelow.Loop) : ServiceStorage
{
    public const string Resource = "data";

    /// <summary>How fast it is copied at most, KiB a second: not what the resource's file says.</summary>
    public const int RateKiB = 40 * 1024;

    /// <summary>The volume of ZFS below it.</summary>
    public const string Dataset = "tank/drbd";

    private const string Units =
        """
        [Unit]
        Description=Disk of the lab's DRBD resource
        Before=nodeagent.service
        After=systemd-modules-load.service zfs-import.target

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/bash /root/drbd-disk.sh

        [Install]
        WantedBy=multi-user.target

        """;

    private const string OnLoop =
        """
        set -e
        modprobe loop max_loop=32 2>/dev/null || true
        modprobe drbd
        mkdir -p /var/drives
        test -b /dev/loop9 || mknod /dev/loop9 b 7 9
        new=
        test -e /var/drives/drbd || { truncate -s 700M /var/drives/drbd; new=yes; }
        losetup --direct-io=on /dev/loop9 /var/drives/drbd

        """;

    private const string Mapped =
        """
        modprobe dm_mod
        dmsetup create drbd-lower --table "0 $(blockdev --getsz /dev/loop9) linear /dev/loop9 0"
        for i in $(seq 60); do test -b /dev/mapper/drbd-lower && break; sleep 1; done

        """;

    private const string Fresh = "if [ $new ]; then drbdadm create-md --force data; fi\n";

    // The pool and its devices come late at a boot.
    private const string OnZfs =
        $$"""
        set -e
        modprobe drbd
        for i in $(seq 180); do zpool list tank > /dev/null 2>&1 && break; sleep 1; done
        new=
        zfs list {{Dataset}} > /dev/null 2>&1 || { zfs create -s -V 600M {{Dataset}}; new=yes; }
        for i in $(seq 180); do test -b /dev/zvol/{{Dataset}} && break; sleep 1; done
        test -b /dev/zvol/{{Dataset}}

        """;

    private static readonly string Configuration =
        $"""
        backends:
          - id: drbd
            plugin: drbd
            accept_trial: true
            options:
              nodes: node1,node2
              resources: data=filesystem
              verify: 1h
              resync_rate: {RateKiB / 1024}MiB
              apply_options: true
              networks: 10.77.1.0/24

        """;

    /// <summary>How long a copy may take to be certified again, at most.</summary>
    public static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private string Disk => (below == DrbdBelow.Zfs ? OnZfs : OnLoop) + (below == DrbdBelow.Mapper ? Mapped : string.Empty) + Fresh;

    private string Lower => below switch { DrbdBelow.Zfs => $"/dev/zvol/{Dataset}", DrbdBelow.Mapper => "/dev/mapper/drbd-lower", _ => "/dev/loop9" };

    private string Definition =>
        $$"""
        global { usage-count no; }
        resource data {
          net {
            protocol C;
            ping-int 3; ping-timeout 20; timeout 25; connect-int 3;
            allow-two-primaries no;
            after-sb-0pri disconnect; after-sb-1pri disconnect; after-sb-2pri disconnect;
            rr-conflict disconnect;
            verify-alg crc32c;
          }
          disk { fencing resource-and-stonith; on-io-error detach; c-plan-ahead 0; resync-rate 30M; c-min-rate 0; }
          handlers { fence-peer "/bin/false"; }
          device /dev/drbd0 minor 0;
          disk {{Lower}};
          meta-disk internal;
          on node1 { address 10.77.1.11:7789; }
          on node2 { address 10.77.1.12:7789; }
        }

        """;

    public override string Unit => "drbd:" + Resource;

    public override string Folder => $"/nodeagent/drbd/{Resource}/0";

    public override string Nodes => "[node1, node2]";

    public override bool NeedsStore => true;

    public override string Recipe => base.Recipe + Units + Disk + Definition + Configuration;

    public override string? Obstacle(string package) => Lacks(package, "drbd");

    public override async Task PrepareAsync(LabNode node, CancellationToken cancel)
    {
        if (node.Number > 2)
        {
            return;
        }

        await node.ExpectAsync("rm -f /etc/drbd.d/*; cat > /etc/drbd.conf", Limit, cancel, Definition);
        await node.ExpectAsync("cat > /root/drbd-disk.sh", Limit, cancel, Disk);
        await node.ExpectAsync("cat > /etc/systemd/system/lab-drbd.service && systemctl daemon-reload && systemctl enable --now lab-drbd && drbdadm up data", Limit, cancel, Units);
        await node.ExpectAsync("cat > /etc/nodeagent/conf.d/drbd.yaml && nodeagent config check", Limit, cancel, Configuration);
    }

    /// <summary>As the plugin's README tells an operator to.</summary>
    public override async Task CreateAsync(LabNode first, CancellationToken cancel)
    {
        await first.UntilAsync("both nodes are connected", "test \"$(drbdadm cstate data)\" = Connected", TimeSpan.FromMinutes(2), cancel);
        await first.ExpectAsync("drbdadm new-current-uuid --clear-bitmap data", Limit, cancel);
        await first.UntilAsync("both copies are up to date", "test \"$(drbdadm dstate data)\" = UpToDate/UpToDate", TimeSpan.FromMinutes(1), cancel);
        await first.ExpectAsync("drbdadm primary data && mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 /dev/drbd0 && udevadm settle && drbdadm secondary data", Limit, cancel);
        await first.ExpectAsync("for i in $(seq 30); do nodeagent volume create data/0 --backend drbd --kind filesystem && exit 0; sleep 5; done; exit 1", Limit, cancel);
    }

    // The scenario's database leaves whole pages to ZFS; ext4 may tear them at a power cut.
    public override async Task SettleAsync(LabNode first, CancellationToken cancel) =>
        await first.ExpectAsync($"echo 'full_page_writes = on' >> {Folder}/pg/postgresql.conf", Limit, cancel);

    /// <summary>From now on the disk below fails every read and write; or is as before.</summary>
    public static async Task FailDiskAsync(LabNode node, bool isFailed, CancellationToken cancel) => await node.ExpectAsync(
        isFailed ? "dmsetup wipe_table drbd-lower"
            : "dmsetup load drbd-lower --table \"0 $(blockdev --getsz /dev/loop9) linear /dev/loop9 0\" && dmsetup resume drbd-lower", Limit, cancel);

    /// <summary>What the kernel and the agent say goes to the evidence.</summary>
    public static async Task KeepEvidenceAsync(LabNode node, string folder, CancellationToken cancel)
    {
        var said = await node.RunAsync(
            "drbdsetup events2 --now --statistics all; drbdsetup show --show-defaults data; dmesg | tail -80; journalctl -u nodeagent --no-pager -o short-precise | tail -150; nodeagent status; zfs list -t all",
            TimeSpan.FromMinutes(1), cancel);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, $"drbd-{node.Name}.log"), said.Output, cancel);
    }

    /// <summary>Reads every block on both nodes and compares.</summary>
    public static async Task VerifyAsync(LabNode writer, CancellationToken cancel)
    {
        await writer.ExpectAsync("drbdadm verify data", Limit, cancel);
        await writer.UntilAsync("everything is compared", "test \"$(drbdadm cstate data)\" = Connected", Limit, cancel);
        await writer.ExpectAsync("! drbdsetup events2 --now --statistics all | grep 'out-of-sync:[1-9]'", Limit, cancel);
    }
}
