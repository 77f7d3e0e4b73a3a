using System.Diagnostics;
using System.Globalization;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>What the bare tools do between the same machines: the measure for replication's throughput and fixed cost.</summary>
public sealed class ZfsBareScenario : IScenario
{
    private const int SeedMiB = 1024;

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
        stage.Note($"idle cycle of 20 units {await IdleCycleAsync(stage, cancel):F1} s");
    }

    public static async Task FillAsync(LabNode node, string dataset, int mib, CancellationToken cancel) =>
        await node.ExpectAsync(
            $"zfs create {dataset} && dd if=/dev/urandom of=/{dataset}/seed bs=1M count={mib.ToString(CultureInfo.InvariantCulture)} status=none && zfs snapshot {dataset}@s1",
            TimeSpan.FromMinutes(5), cancel);

    /// <summary>The commands that one cycle without changes costs at least: a snapshot and an empty increment, twenty times.</summary>
    private static async Task<double> IdleCycleAsync(Stage stage, CancellationToken cancel)
    {
        await stage[1].ExpectAsync("for i in $(seq 20); do zfs create tank/u$i && zfs snapshot tank/u$i@a || exit 1; done", TimeSpan.FromMinutes(2), cancel);
        foreach (var unit in Enumerable.Range(1, 20))
        {
            await BareReplication.SendAsync(stage, $"tank/u{unit}@a", null, $"tank/u{unit}", cancel);
        }

        var began = Stopwatch.GetTimestamp();
        foreach (var unit in Enumerable.Range(1, 20))
        {
            await stage[1].ExpectAsync($"zfs snapshot tank/u{unit}@b", cancel: cancel);
            await BareReplication.SendAsync(stage, $"tank/u{unit}@b", $"tank/u{unit}@a", $"tank/u{unit}", cancel);
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
