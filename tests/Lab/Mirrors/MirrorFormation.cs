using System.Globalization;
using System.Text.Json.Nodes;
using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Scenarios;

namespace NodeAgent.Lab.Mirrors;

/// <summary>
/// Two nodes with drives and a driver around the plugin each, three with an etcd. A drive is a loop device over a partition
/// of a data disk, with a partition table of its own: the plugin exports whole drives, and a node has three disks only.
/// </summary>
public sealed class MirrorFormation(Stage stage, int pairs)
{
    private const int DisksOfDrives = 2;
    private const string Socket = "/run/mirror.sock";
    private const string BothInSync = "node1=InSync; node2=InSync";
    private static readonly TimeSpan OrderLimit = TimeSpan.FromMinutes(4);

    /// <summary>Where the volume "data" is mounted on the writer.</summary>
    public const string Mountpoint = "/nodeagent/mirror/data";

    public LabNode First => stage[1];

    public LabNode Second => stage[2];

    /// <summary>Everything up to the order to build: stores, drives, drivers.</summary>
    public async Task FormAsync(CancellationToken cancel)
    {
        var driver = await DriverAsync(cancel);
        var key = MirrorKey.New();
        await Task.WhenAll(Enumerable.Range(1, 3).Select(number => StoreAsync(stage[number], cancel)));
        await Task.WhenAll(new[] { First, Second }.Select(async node =>
        {
            await node.CopyToAsync(driver, "/opt/mirror", cancel);
            await node.ExpectAsync($"umask 077; mkdir -p /etc/mirror; cat > /etc/mirror/key", cancel: cancel, input: key + "\n");
            await node.ExpectAsync("cat > /etc/mirror/configuration.json", cancel: cancel, input: Configuration(node).ToJsonString());
            await node.ExpectAsync("cat > /root/drives.sh && bash /root/drives.sh make", TimeSpan.FromMinutes(2), cancel, Drives(node));
            await StartAsync(node, cancel);
        }));
    }

    /// <summary>A node that lost power: on again, with its drives, its store and its driver.</summary>
    public async Task ReturnAsync(LabNode node, CancellationToken cancel)
    {
        await node.PowerOnAsync(cancel);
        await node.WaitReadyAsync(cancel);
        await node.UntilAsync("answers", "true", TimeSpan.FromSeconds(60), cancel);
        await StoreAsync(node, cancel);
        await node.ExpectAsync("bash /root/drives.sh find", TimeSpan.FromMinutes(1), cancel);
        await StartAsync(node, cancel);
    }

    /// <summary>The identity of a drive's only partition.</summary>
    public static Guid Partition(int node, int drive) => new($"4e6f6465-4167-4e74-8000-0000{node:D4}{drive:D4}");

    /// <summary>Gives an order; its answer, whatever it is.</summary>
    public static async Task<string> OrderAsync(LabNode node, string order, CancellationToken cancel) =>
        await node.ExpectAsync(Asking(order, seconds: 240), OrderLimit, cancel);

    /// <summary>Gives an order that must be carried out.</summary>
    public async Task<string> ExpectAsync(LabNode node, string order, CancellationToken cancel)
    {
        var answer = await OrderAsync(node, order, cancel);
        stage.Note($"{node.Name} {order}: {answer}");
        Stage.Require(answer.StartsWith("ok", StringComparison.Ordinal), $"{node.Name} refused '{order}': {answer}");
        return answer;
    }

    /// <summary>Gives an order that must be refused because acknowledged writes would be lost.</summary>
    public async Task RequireRefusedAsync(LabNode node, string order, string otherwise, CancellationToken cancel)
    {
        var answer = await OrderAsync(node, order, cancel);
        stage.Note($"{node.Name} {order}: {answer}");
        Stage.Require(answer.StartsWith("WouldLoseWrites", StringComparison.Ordinal), $"{otherwise}: {answer}");
    }

    /// <summary>What the certificate must say now.</summary>
    public async Task RequireStatusAsync(LabNode node, string certified, string otherwise, CancellationToken cancel) =>
        Stage.Require((await ExpectAsync(node, "status", cancel)).Contains(certified, StringComparison.Ordinal), otherwise);

    /// <summary>The certificate must name both nodes now.</summary>
    public Task RequireCertifiedAsync(LabNode node, string otherwise, CancellationToken cancel) => RequireStatusAsync(node, BothInSync, otherwise, cancel);

    /// <summary>Waits until a driver's status is answered in these words. What it says meanwhile is no failure.</summary>
    public static Task<TimeSpan> UntilStatusAsync(LabNode node, string what, string words, TimeSpan limit, CancellationToken cancel) =>
        node.UntilAsync(what, $"{Asking("status", seconds: 60)} | grep -q {Shell.Quote(words)}", limit, cancel);

    /// <summary>Waits until the writer's certificate names both nodes, and keeps how long that took.</summary>
    public async Task CertifiedAsync(LabNode writer, string since, CancellationToken cancel)
    {
        var took = await UntilStatusAsync(writer, "both halves are certified", BothInSync, TimeSpan.FromMinutes(4), cancel);
        stage.Note($"certified again {took.TotalSeconds:F1} s after {since}");
    }

    /// <summary>Reads a file of a ledger back: nothing that was acknowledged may be missing.</summary>
    public async Task JudgeAsync(WriteLedger ledger, LabNode where, string file, CancellationToken cancel)
    {
        var verdict = await ledger.CompareAsync(where, $"{Mountpoint}/{file}", cancel);
        stage.Acknowledged = (stage.Acknowledged ?? 0) + verdict.Acknowledged;
        stage.Lost = (stage.Lost ?? 0) + verdict.Lost;
        stage.Note($"{file} read on {where.Name}: {verdict}");
        Stage.Require(verdict is { Lost: 0, Corrupt: 0 }, $"{file} on {where.Name}: lost or corrupt: {verdict}");
    }

    /// <summary>Reads every block on every drive.</summary>
    public static async Task ScrubAsync(LabNode writer, CancellationToken cancel, string pool = "tank")
    {
        await writer.ExpectAsync($"zpool scrub -w {pool}", TimeSpan.FromMinutes(4), cancel);
        var status = await writer.ExpectAsync($"zpool status {pool}", cancel: cancel);
        Stage.Require(status.Contains("with 0 errors", StringComparison.Ordinal) && status.Contains("errors: No known data errors", StringComparison.Ordinal), "the scrub found errors:\n" + status);
    }

    /// <summary>What the drivers said goes to the evidence.</summary>
    public async Task KeepEvidenceAsync(CancellationToken cancel)
    {
        foreach (var node in new[] { First, Second }.Where(node => node.IsRunning))
        {
            var said = await node.RunAsync("journalctl -u mirror-driver --no-pager -o cat; zpool status 2>&1; dmesg | tail -60", TimeSpan.FromSeconds(30), cancel);
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(stage.Artifacts).FullName, $"mirror-{node.Name}.log"), said.Output, cancel);
        }
    }

    private static async Task StartAsync(LabNode node, CancellationToken cancel)
    {
        await node.ExpectAsync(
            "modprobe -a zfs nvmet nvmet-tcp nvme-tcp && chmod +x /opt/mirror/NodeAgent.MirrorDriver && "
            + "systemd-run --quiet --unit mirror-driver --collect /opt/mirror/NodeAgent.MirrorDriver /etc/mirror/configuration.json", cancel: cancel);
        await node.UntilAsync("the driver listens", $"test -S {Socket} && {Asking("role", seconds: 60)}", TimeSpan.FromSeconds(90), cancel);
    }

    private static string Asking(string order, int seconds) => $"echo {Shell.Quote(order)} | socat -t {seconds} - UNIX-CONNECT:{Socket}";

    private static async Task StoreAsync(LabNode node, CancellationToken cancel)
    {
        var members = string.Join(',', Enumerable.Range(1, 3).Select(number => $"node{number}=http://10.77.0.1{number}:2380"));
        var own = node.Address(Link.Management);
        await node.ExpectAsync(
            $"mkdir -p /var/lib/mirror-etcd && systemd-run --quiet --unit mirror-etcd --collect --setenv=ETCD_UNSUPPORTED_ARCH= etcd --name {node.Name} --data-dir /var/lib/mirror-etcd "
            + $"--listen-client-urls http://{own}:2379 --advertise-client-urls http://{own}:2379 --listen-peer-urls http://{own}:2380 --initial-advertise-peer-urls http://{own}:2380 "
            + $"--initial-cluster {members} --initial-cluster-token mirror --heartbeat-interval 300 --election-timeout 3000 --log-level error",
            cancel: cancel);
    }

    private JsonObject Configuration(LabNode node) => new()
    {
        ["node"] = node.Name,
        ["backend"] = "mirror",
        ["state"] = "/var/lib/mirror-driver",
        ["socket"] = Socket,
        ["store"] = new JsonArray([.. Enumerable.Range(1, 3).OrderBy(number => number == node.Number ? 0 : number).Select(number => JsonValue.Create($"http://10.77.0.1{number}:2379"))]),
        ["options"] = new JsonObject
        {
            ["site"] = "lab",
            ["pool"] = "tank",
            ["nodes"] = string.Join(',', new[] { First, Second }.Select(each => $"{each.Name}={each.Address(Link.ReplicationA)}+{each.Address(Link.ReplicationB)}")),
            ["pairs"] = string.Join(',', Enumerable.Range(1, pairs).Select(drive => $"{Partition(1, drive)}/{Partition(2, drive)}")),
            ["key-file"] = "/etc/mirror/key",
        },
    };

    private string Drives(LabNode node)
    {
        var perDisk = (pairs + DisksOfDrives - 1) / DisksOfDrives;
        var text = new System.Text.StringBuilder("set -e\nmodprobe loop max_loop=32 2>/dev/null || true\n");
        var size = (1900 / perDisk).ToString(CultureInfo.InvariantCulture);
        for (var disk = 1; disk <= DisksOfDrives; disk++)
        {
            text.Append(CultureInfo.InvariantCulture, $"if [ $1 = make ]; then (echo 'label: gpt'; for i in $(seq {perDisk}); do echo size={size}MiB; done) | sfdisk -q {node.DataDisk(disk)}; fi\n");
        }

        text.Append("udevadm settle\n");
        for (var drive = 1; drive <= pairs; drive++)
        {
            var (disk, part) = (((drive - 1) / perDisk) + 1, ((drive - 1) % perDisk) + 1);
            text.Append(CultureInfo.InvariantCulture, $"test -b /dev/loop{drive} || mknod /dev/loop{drive} b 7 {drive}\n");
            text.Append(CultureInfo.InvariantCulture, $"losetup -P --direct-io=on /dev/loop{drive} {node.DataDisk(disk)}-part{part}\n");
            text.Append(CultureInfo.InvariantCulture, $"if [ $1 = make ]; then printf 'label: gpt\\nuuid={Partition(node.Number, drive)}\\n' | sfdisk -q /dev/loop{drive}; fi\n");
        }

        text.Append("udevadm settle\n");
        return text.ToString();
    }

    private static async Task<string> DriverAsync(CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable("NODEAGENT_LAB_DRIVER") is { Length: > 0 } made)
        {
            return made;
        }

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "NodeAgent.sln")))
        {
            root = root.Parent;
        }

        var folder = Path.Combine(Path.GetTempPath(), $"nodeagent-mirror-driver-{Environment.ProcessId}");
        (await Shell.RunAsync(
            ["bash", Path.Combine(root?.FullName ?? throw new LabFailure("the repository was not found"), "tests/MirrorDriver/publish.sh"), folder],
            TimeSpan.FromMinutes(8), cancel)).Expect();
        return folder;
    }
}
