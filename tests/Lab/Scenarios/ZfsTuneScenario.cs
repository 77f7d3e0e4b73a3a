using System.Globalization;
using System.Text.Json;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// Profiles of the ZFS module on a real pool: planned, applied, reverted, and measured against the default. Emulated drives say
/// nothing about real ones: that it runs through, and that what was before is back, is what counts here.
/// </summary>
public sealed class ZfsTuneScenario : PackageScenario
{
    private const string Profile = "nvme-mirror-latency";
    private const string Folder = "/tank/bench";
    private const string Parameters = "/sys/module/zfs/parameters";
    private static readonly string[] Measured = [Profile, "nvme-mirror-throughput"];
    private static readonly TimeSpan BenchLimit = TimeSpan.FromMinutes(12);

    public override string Name => "zfs-tune";

    public override string About => "nodeagent tune plan, apply, revert and bench volume --profile on a real pool: parameters are back as they were, tuned against default";

    public override int Nodes => 1;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        await Formation.InstallAsync(stage.Package!, node, cancel);

        // Profiles are for NVMe: the kernel shows the drives as such over its own loop. Reads that come from memory would measure nothing.
        await node.ExpectAsync($"set -e\n{string.Join('\n', new[] { 1, 2 }.Select(disk => AsNvme(node, disk)))}\nudevadm settle", cancel: cancel);
        await node.ExpectAsync(
            $"zpool create -f tank mirror $(ls /dev/nvme?n1) && zfs create -o primarycache=metadata -o recordsize=64k {Folder[1..]}", cancel: cancel);
        var knobs = await PlannedAsync(stage, node, cancel);
        var before = await ValuesAsync(node, knobs.Keys, cancel);
        await node.ExpectAsync($"nodeagent tune apply --profile {Profile}", cancel: cancel);
        var applied = await ValuesAsync(node, knobs.Keys, cancel);
        var wrong = knobs.Where(knob => applied[knob.Key] != knob.Value).Select(knob => $"{knob.Key} is {applied[knob.Key]}, not {knob.Value}").ToList();
        Stage.Require(wrong.Count == 0, $"not in force after apply: {string.Join(", ", wrong)}");
        await node.ExpectAsync("nodeagent tune revert", cancel: cancel);
        await RequireBackAsync(node, before, "revert", cancel);

        foreach (var profile in Measured)
        {
            await MeasureAsync(stage, node, profile, cancel);
            await RequireBackAsync(node, before, $"bench with {profile}", cancel);
        }

        await node.ExpectAsync($"test -z \"$(ls -A {Folder})\"", cancel: cancel);
    }

    private static string AsNvme(LabNode node, int disk) => $"""
        modprobe -a nvmet nvmet-tcp nvme-tcp
        cd /sys/kernel/config/nvmet
        mkdir -p subsystems/lab{disk}/namespaces/1 ports/{disk}
        echo 1 > subsystems/lab{disk}/attr_allow_any_host
        echo -n $(readlink -f {node.DataDisk(disk)}) > subsystems/lab{disk}/namespaces/1/device_path
        echo 1 > subsystems/lab{disk}/namespaces/1/enable
        (cd ports/{disk}; echo tcp > addr_trtype; echo ipv4 > addr_adrfam; echo 127.0.0.1 > addr_traddr; echo {4419 + disk} > addr_trsvcid)
        ln -s /sys/kernel/config/nvmet/subsystems/lab{disk} ports/{disk}/subsystems/lab{disk}
        echo transport=tcp,traddr=127.0.0.1,trsvcid={4419 + disk},nqn=lab{disk} > /dev/nvme-fabrics
        """;

    /// <summary>The parameters that the plan would change, and what to.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> PlannedAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        using var plan = JsonDocument.Parse(await node.ExpectAsync($"nodeagent tune plan --profile {Profile} -o json", cancel: cancel));
        var lines = plan.RootElement.GetProperty("lines").EnumerateArray().ToList();
        var changes = lines.Where(line => line.GetProperty("verdict").GetString() is "change" or "Change")
            .ToDictionary(line => line.GetProperty("parameter").GetString()!, line => line.GetProperty("wanted").GetInt64().ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
        stage.Note($"{Profile} would change {changes.Count} of {lines.Count} parameters");
        Stage.Require(changes.Count > 0, "the plan would change nothing on fresh ZFS");
        return changes;
    }

    private static async Task<IReadOnlyDictionary<string, string>> ValuesAsync(LabNode node, IEnumerable<string> parameters, CancellationToken cancel)
    {
        var told = await node.ExpectAsync($"cd {Parameters} && grep -H . {string.Join(' ', parameters)}", cancel: cancel);
        return told.Trim().Split('\n').Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
    }

    private static async Task RequireBackAsync(LabNode node, IReadOnlyDictionary<string, string> before, string after, CancellationToken cancel)
    {
        var now = await ValuesAsync(node, before.Keys, cancel);
        var left = before.Where(value => now[value.Key] != value.Value).Select(value => $"{value.Key} is {now[value.Key]}, was {value.Value}").ToList();
        Stage.Require(left.Count == 0, $"not as before after {after}: {string.Join(", ", left)}");
    }

    private static async Task MeasureAsync(Stage stage, LabNode node, string profile, CancellationToken cancel)
    {
        var told = await node.ExpectAsync($"nodeagent bench volume {Folder} --profile {profile} --size 96MiB --seconds 8 --rounds 3 -o json", BenchLimit, cancel);
        using var report = JsonDocument.Parse(told);
        var ratios = report.RootElement.GetProperty("ratios").EnumerateArray().Select(ratio => FormattableString.Invariant(
            $"{ratio.GetProperty("job").GetString()} x {ratio.GetProperty("speed").GetDouble():F2} (p99 x {ratio.GetProperty("p99").GetDouble():F2})")).ToList();
        Stage.Require(ratios.Count == 2, $"two jobs were to be compared: {told}");
        stage.Note($"{profile} against default: {string.Join(", ", ratios)}; {report.RootElement.GetProperty("fio").GetString()}, ZFS {report.RootElement.GetProperty("zfs").GetString()}");
    }
}
