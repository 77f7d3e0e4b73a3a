using System.Diagnostics;
using System.Globalization;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>What the bare tools do between the same machines: the measure for replication's throughput and fixed cost.</summary>
public sealed class ZfsBareScenario : IScenario
{
    private const int SeedMiB = 1024;
    private const int Units = 20;

    public string Name => "zfs-bare";

    public string About => $"zfs send | zfs receive over plain TCP between two nodes, {SeedMiB} MiB seed";

    public int Nodes => 2;

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await Task.WhenAll(new[] { stage[1], stage[2] }.Select(node => node.ExpectAsync(Pools.Create("tank", node, string.Empty, 1, 2), cancel: cancel)));
        await FillAsync(stage[1], "tank/seed", SeedMiB, cancel);
        var seed = await BareReplication.SendAsync(stage, "tank/seed@s1", null, "tank/copy", cancel);
        stage.Note($"seed {seed.MiB:F0} MiB in {seed.Seconds:F1} s = {seed.MiB / seed.Seconds:F1} MiB/s");
        await stage[1].ExpectAsync("dd if=/dev/urandom of=/tank/seed/more bs=1M count=16 status=none && zfs snapshot tank/seed@s2", cancel: cancel);
        var step = await BareReplication.SendAsync(stage, "tank/seed@s2", "tank/seed@s1", "tank/copy", cancel);
        stage.Note($"increment {step.MiB:F0} MiB in {step.Seconds:F1} s");
        const string Guid = "zfs get -H -p -o value guid ";
        Stage.Require(
            await stage[1].ExpectAsync(Guid + "tank/seed@s2", cancel: cancel) == await stage[2].ExpectAsync(Guid + "tank/copy@s2", cancel: cancel),
            "the copy's snapshot has another GUID");
        stage.Note($"idle cycle of {Units} units {await IdleCycleAsync(stage, cancel):F1} s");
    }

    /// <summary>A dataset of so many MiB with a first snapshot. One random block repeated: emulated randomness is slower than the disks.</summary>
    public static async Task FillAsync(LabNode node, string dataset, int mib, CancellationToken cancel) =>
        await node.ExpectAsync(
            $"zfs create {dataset} && dd if=/dev/urandom of=/run/block bs=1M count=4 status=none && "
            + $"for i in $(seq {(mib / 4).ToString(CultureInfo.InvariantCulture)}); do cat /run/block || exit 1; done > /{dataset}/seed && zfs snapshot {dataset}@s1",
            TimeSpan.FromMinutes(5), cancel);

    /// <summary>The commands that one cycle without changes costs at least: a snapshot and an empty increment, twenty times.</summary>
    private static async Task<double> IdleCycleAsync(Stage stage, CancellationToken cancel)
    {
        await stage[1].ExpectAsync($"for i in $(seq {Units}); do zfs create tank/u$i && zfs snapshot tank/u$i@a || exit 1; done", TimeSpan.FromMinutes(2), cancel);
        await CycleAsync(stage, "tank/u$i@a", cancel);
        await stage[1].ExpectAsync("sync", cancel: cancel);
        var began = Stopwatch.GetTimestamp();
        await CycleAsync(stage, "-i @a tank/u$i@b", cancel, "zfs snapshot tank/u$i@b && ");
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task CycleAsync(Stage stage, string what, CancellationToken cancel, string before = "")
    {
        var limit = TimeSpan.FromMinutes(5);
        var receiving = stage[2].ExpectAsync(
            $"for i in $(seq {Units}); do socat -u TCP-LISTEN:7001,reuseaddr STDOUT | zfs receive -F tank/u$i || exit 1; done", limit, cancel);
        await stage[1].ExpectAsync(
            $"for i in $(seq {Units}); do {before}zfs send {what} | socat -u STDIN TCP:{stage[2].Address(Link.ReplicationA)}:7001,retry=400,interval=0.02 || exit 1; done",
            limit, cancel);
        await receiving;
    }
}
