using System.Globalization;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The lab itself: three nodes, three networks, disks, watchdog, a cut link, a watchdog reset.</summary>
public sealed class BootScenario : IScenario
{
    public string Name => "boot";

    public string About => "the lab's own smoke test: networks, disks, ZFS, link cut, pause, watchdog reset";

    public int Nodes => 3;

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        foreach (var node in stage.Cluster.Running)
        {
            Stage.Require(await node.ExpectAsync("hostname", cancel: cancel) == node.Name, $"{node.Name} has another name");
            await node.ExpectAsync("zfs version && ls /dev/disk/by-id/virtio-n*d3 && ls /dev/watchdog0", cancel: cancel);
        }

        await LinksAsync(stage, cancel);
        await ClockAsync(stage[2], cancel);
        await WatchdogAsync(stage, stage[3], cancel);
    }

    private static async Task LinksAsync(Stage stage, CancellationToken cancel)
    {
        var ping = (Link link) => $"ping -c1 -W3 {stage[2].Address(link)}";
        foreach (var link in Enum.GetValues<Link>())
        {
            await stage[1].ExpectAsync(ping(link), cancel: cancel);
        }

        await stage[2].CutLinkAsync(Link.ReplicationA, cancel);
        Stage.Require(!(await stage[1].RunAsync(ping(Link.ReplicationA), cancel: cancel)).Ok, "a cut link still carries packets");
        await stage[1].ExpectAsync(ping(Link.ReplicationB), cancel: cancel);
        await stage[2].RestoreLinkAsync(Link.ReplicationA, cancel);
        await stage[1].UntilAsync("sees the restored link", ping(Link.ReplicationA), TimeSpan.FromSeconds(20), cancel);
    }

    private static async Task ClockAsync(LabNode node, CancellationToken cancel)
    {
        await node.PauseAsync(cancel);
        await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        await node.ResumeAsync(cancel);
        var there = double.Parse(await node.ExpectAsync("date +%s.%N", cancel: cancel), CultureInfo.InvariantCulture);
        var away = Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0 - there);
        Stage.Require(away < 10, $"{node.Name}'s clock is {away:F0} s away");
    }

    private static async Task WatchdogAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        var since = DateTimeOffset.UtcNow;
        // Opened, set to 5 s and then never petted again.
        await node.ExpectAsync("nohup /usr/local/sbin/lab-watchdog 5 >/dev/null 2>&1 & sleep 0.5", cancel: cancel);
        var reset = await node.WaitEventAsync("WATCHDOG", since, TimeSpan.FromSeconds(60), cancel);
        stage.Note($"watchdog fired {(reset.At - since).TotalSeconds:F1} s after it was armed with 5 s");
        var boot = await node.WaitReadyAsync(cancel);
        stage.Note($"booted again {boot.TotalSeconds:F1} s after the reset");
        await stage.Cluster[node.Number].UntilAsync("answers after the reset", "true", TimeSpan.FromSeconds(60), cancel);
    }
}
