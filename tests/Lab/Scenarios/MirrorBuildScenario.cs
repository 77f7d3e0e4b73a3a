using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Mirrors across two nodes: built, certified, closed to others, and one network is enough.</summary>
public sealed class MirrorBuildScenario(string name, int pairs) : MirrorScenario(
    name,
    $"NVMe-oF mirror: a pool of {pairs} pairs is built over two nodes; strangers are refused; a network is lost and comes back",
    pairs)
{
    private const string LivePaths = "cat /sys/class/nvme/nvme*/state | grep -c live";

    protected override async Task StoryAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        await mirror.RequireCertifiedAsync(mirror.First, "both halves should be certified", cancel);
        Stage.Require(await mirror.First.ExpectAsync(LivePaths, cancel: cancel) == $"{2 * Pairs}", "not every drive has two paths");
        await StrangersAsync(stage, mirror, cancel);
        await OneNetworkAsync(stage, mirror, cancel);
        await MirrorFormation.ScrubAsync(mirror.First, cancel);
    }

    /// <summary>Another node, and the same node with a name of another epoch, get in nowhere.</summary>
    private static async Task StrangersAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        var drive = await mirror.First.ExpectAsync("cat /sys/class/nvme/nvme0/subsysnqn", cancel: cancel);
        var port = await mirror.First.ExpectAsync("sed 's/.*trsvcid=//;s/,.*//' /sys/class/nvme/nvme0/address", cancel: cancel);
        foreach (var (node, host) in new[] { (stage[3], "nqn.2014-08.org.nvmexpress:uuid:00000000-0000-4000-8000-00000000abcd"), (stage[1], "nqn.2026-11.io.nodeagent:lab:host:node1:e0") })
        {
            var tried = await node.RunAsync(
                $"modprobe nvme-tcp; nvme connect -t tcp -a {mirror.Second.Address(Link.ReplicationA)} -s {port} -n {drive} --hostnqn {host} --ctrl-loss-tmo 1", TimeSpan.FromSeconds(60), cancel);
            Stage.Require(!tried.Ok, $"{host} was let in from {node.Name}");
        }

        stage.Note("a stranger, and the writer under the name of another epoch, are refused");
    }

    private async Task OneNetworkAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Mountpoint}/log");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(10), cancel);
        await mirror.Second.CutLinkAsync(Link.ReplicationB, cancel);
        var longest = TimeSpan.Zero;
        var last = (Count: ledger.Acknowledged, At: DateTimeOffset.UtcNow);
        for (var began = DateTimeOffset.UtcNow; DateTimeOffset.UtcNow - began < TimeSpan.FromSeconds(25);)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
            var now = (Count: ledger.Acknowledged, At: DateTimeOffset.UtcNow);
            longest = now.Count == last.Count && now.At - last.At > longest ? now.At - last.At : longest;
            last = now.Count == last.Count ? last : now;
        }

        await mirror.Second.RestoreLinkAsync(Link.ReplicationB, cancel);
        await mirror.First.UntilAsync("has all paths again", $"test $({LivePaths}) = {2 * Pairs}", TimeSpan.FromSeconds(60), cancel);
        await ledger.StopAsync(cancel);
        stage.Note($"one network lost: longest stall of a writer that flushes {longest.TotalSeconds:F1} s");
        await mirror.RequireCertifiedAsync(mirror.First, "the certificate was lost with one network", cancel);
        await mirror.JudgeAsync(ledger, mirror.First, "log", cancel);
        if (longest > TimeSpan.FromSeconds(30))
        {
            throw new LabFailure($"a writer stood still for {longest.TotalSeconds:F1} s");
        }
    }
}
