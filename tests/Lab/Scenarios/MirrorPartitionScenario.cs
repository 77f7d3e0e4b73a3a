using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The writer is cut off and lives. Its writes freeze, for it cannot record that it goes on alone; the other node takes the
/// pool as if it had been fenced. When the networks are back nothing of what was frozen may reach the other's drives, and
/// nothing more may be acknowledged.
/// </summary>
public sealed class MirrorPartitionScenario() : MirrorScenario(
    "mirror-partition",
    "NVMe-oF mirror: the writer is cut off without quorum and freezes; the other takes the pool; the networks come back: no write of the old writer lands anywhere")
{
    protected override async Task StoryAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Mountpoint}/log");
        await CutOffAsync(stage, mirror, ledger, cancel);
        await HealedAsync(stage, mirror, ledger, cancel);
    }

    private static async Task CutOffAsync(Stage stage, MirrorFormation mirror, WriteLedger ledger, CancellationToken cancel)
    {
        await ledger.StartAsync(TimeSpan.FromMilliseconds(10), cancel);
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);

        // The store hears nothing of it any more; clients still reach it over the network that the checker stands on.
        foreach (var link in new[] { Link.ReplicationA, Link.ReplicationB })
        {
            await mirror.First.CutLinkAsync(link, cancel);
        }

        await mirror.First.ExpectAsync("nft add table ip cut; nft add chain ip cut out '{ type filter hook output priority 0; }'; nft add rule ip cut out tcp dport '{ 2379, 2380 }' drop; "
            + "nft add chain ip cut in '{ type filter hook input priority 0; }'; nft add rule ip cut in tcp dport '{ 2379, 2380 }' ip saddr != 10.77.0.11 drop", cancel: cancel);
        await Task.Delay(TimeSpan.FromSeconds(20), cancel);
        var frozen = ledger.Acknowledged;
        await mirror.ExpectAsync(mirror.Second, "promote 2", cancel);
        Stage.Require(ledger.Acknowledged == frozen, $"the writer without quorum went on: {frozen} and then {ledger.Acknowledged} acknowledged");
        stage.Note($"frozen with {frozen} acknowledged while the other took the pool");
        await mirror.Second.ExpectAsync($"cp {MirrorFormation.Mountpoint}/log {MirrorFormation.Mountpoint}/seen && sync {MirrorFormation.Mountpoint}/seen", cancel: cancel);
    }

    private static async Task HealedAsync(Stage stage, MirrorFormation mirror, WriteLedger ledger, CancellationToken cancel)
    {
        var before = ledger.Acknowledged;
        await mirror.First.ExpectAsync("nft delete table ip cut", cancel: cancel);
        foreach (var link in new[] { Link.ReplicationA, Link.ReplicationB })
        {
            await mirror.First.RestoreLinkAsync(link, cancel);
        }

        // Long enough for every path to be tried again and again.
        await Task.Delay(TimeSpan.FromSeconds(30), cancel);
        var live = await mirror.First.ExpectAsync("cat /sys/class/nvme/nvme*/state | grep -c live || true", cancel: cancel);
        Stage.Require(live == "0", $"{live} paths of the old writer live again");
        Stage.Require(ledger.Acknowledged == before, $"the old writer acknowledged {ledger.Acknowledged - before} writes after it was replaced");
        await mirror.RequireRefusedAsync(mirror.First, "promote 3", "the old writer was not refused", cancel);
        await mirror.JudgeAsync(ledger, mirror.Second, "log", cancel);
        stage.Note("networks back: no path, no acknowledgement");
        await MirrorFormation.ScrubAsync(mirror.Second, cancel);

        // What its watchdog would have done long ago.
        mirror.First.PowerCut();
        await mirror.ReturnAsync(mirror.First, cancel);
        await mirror.CertifiedAsync(mirror.Second, "the reset", cancel);
        await MirrorFormation.ScrubAsync(mirror.Second, cancel);
        await mirror.Second.ExpectAsync($"cmp -n $(stat -c %s {MirrorFormation.Mountpoint}/seen) {MirrorFormation.Mountpoint}/log {MirrorFormation.Mountpoint}/seen", cancel: cancel);
    }
}
