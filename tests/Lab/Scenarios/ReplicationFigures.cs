using System.Diagnostics;
using System.Globalization;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>What replication costs beside the bare tools, on the same machines in the same run.</summary>
public static class ReplicationFigures
{
    // A bar of the issue speaks of 1 GiB; a shorter run says nearly as much.
    private static readonly int SeedMiB = int.TryParse(Environment.GetEnvironmentVariable("NODEAGENT_LAB_SEED_MIB"), NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) ? chosen : 1024;
    private const int Units = 20;
    private const int IdleSeconds = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>A whole first cycle of a unit against one bare `zfs send | zfs receive` over plain TCP.</summary>
    public static async Task SeedAsync(Stage stage, Func<Task> createUnit, string unit, CancellationToken cancel)
    {
        await createUnit();
        var folder = $"/nodeagent/tank/{unit}/data";
        await stage[1].ExpectAsync("zfs create tank/bare", cancel: cancel);
        foreach (var target in new[] { "/tank/bare", folder })
        {
            await stage[1].ExpectAsync(
                $"[ -f /run/block ] || dd if=/dev/urandom of=/run/block bs=1M count=4 status=none; for i in $(seq {SeedMiB / 4}); do cat /run/block || exit 1; done > {target}/seed; zpool sync tank",
                Limit, cancel);
        }

        await stage[1].ExpectAsync("zfs snapshot tank/bare@s1", cancel: cancel);
        var bare = await BareReplication.SendAsync(stage, "tank/bare@s1", null, "tank/bare", cancel);
        await stage[2].ExpectAsync("zfs destroy -r tank/bare", cancel: cancel);
        var tls = await BareReplication.SendOverTlsAsync(stage, "tank/bare@s1", "tank/bare", cancel);
        // Nodes are restored from a moment at which no stream was ever sent: code is compiled in the first one.
        await WarmAsync(stage, cancel);
        var before = Numbers(await stage[1].ExpectAsync(Cycles, cancel: cancel));
        // Waited for on the node itself: every look from outside would take a handshake's worth of its only processor.
        var after = Numbers(await stage[1].ExpectAsync(
            $"{SetCopies(unit)} >/dev/null && until [ $({Cycles} | tail -n1) -gt {before[1]} ]; do sleep 2; done; {Cycles}", Limit, cancel));
        var ours = after[0] - before[0];
        stage.Note(string.Create(CultureInfo.InvariantCulture,
            $"seed of {SeedMiB} MiB: bare {bare.Seconds:F1} s = {bare.MiB / bare.Seconds:F1} MiB/s, NodeAgent's whole cycle {ours:F1} s = {SeedMiB / ours:F1} MiB/s: throughput ratio {bare.Seconds / ours:F2}, bar: at least 0.9, {Verdict(bare.Seconds / ours >= 0.9)}"));
        stage.Note(string.Create(CultureInfo.InvariantCulture,
            $"the same bare pipe over TLS 1.3 (socat, ChaCha20): {tls.Seconds:F1} s = {tls.MiB / tls.Seconds:F1} MiB/s: ratio of NodeAgent to it {tls.Seconds / ours:F2}"));
        await stage[2].ExpectAsync("zfs destroy -r tank/bare", cancel: cancel);
        await stage[1].ExpectAsync("zfs destroy -r tank/bare", cancel: cancel);
    }

    // Seconds in all cycles to node 2, and how many there were.
    private const string Cycles = "curl -sf http://10.77.0.11:9440/metrics | awk '/^nodeagent_replication_cycle_duration_seconds_sum.peer=\"node2\"/ { s = $2 } /^nodeagent_replication_cycle_duration_seconds_count.peer=\"node2\"/ { c = $2 } END { print s + 0; print c + 0 }'";

    private static string SetCopies(string unit) => "curl -sS --fail-with-body --max-time 120 --unix-socket /run/nodeagent/control.sock -H 'Content-Type: application/json' "
        + $"-d '{{\"unit\":\"{unit}\",\"copies\":[\"node2\"],\"intervalSeconds\":3600,\"keepSource\":null,\"keepCopies\":null,\"isPaused\":null}}' http://agent/v1/replication/set";

    /// <summary>A small seed, thrown away.</summary>
    private static async Task WarmAsync(Stage stage, CancellationToken cancel)
    {
        await stage[1].ExpectAsync(
            $"nodeagent volume create warm/data --backend tank --kind filesystem --size 64MiB && dd if=/run/block of=/nodeagent/tank/warm/data/seed bs=1M status=none && sync && {SetCopies("warm")}", Limit, cancel);
        await stage[1].ExpectAsync($"until [ $({Cycles} | tail -n1) -gt 0 ]; do sleep 2; done", Limit, cancel);
    }

    /// <summary>
    /// Processor time of both machines for one cycle of twenty units in which nothing was written: the agent's over its
    /// own rest, and that of the bare commands that say as much.
    /// </summary>
    public static async Task IdleAsync(Stage stage, CancellationToken cancel)
    {
        var bare = await BareIdleAsync(stage, cancel);
        var rest = await BusyAsync(stage, IdleSeconds, cancel);
        const string Create = "curl -sS --fail-with-body --max-time 60 --unix-socket /run/nodeagent/control.sock -H 'Content-Type: application/json' "
            + "-d '{\"backend\":null,\"unit\":\"i'$i'\",\"volume\":\"data\",\"kind\":\"filesystem\",\"bytes\":67108864,\"profile\":\"\",\"properties\":{},\"copies\":[\"node2\"],\"intervalSeconds\":5}' http://agent/v1/volumes";
        await stage[1].ExpectAsync($"for i in $(seq {Units}); do {Create} || exit 1; done", Limit, cancel);
        await Patience.UntilAsync("all idle units have a copy", Limit, cancel, async () =>
        {
            var status = await StatusView.ReadAsync(stage[1], cancel);
            // Not "in sync": emulated, twenty units take longer than their interval, and one is always behind it.
            return Enumerable.Range(1, Units).All(number => status.Copy($"tank:i{number}", "node2") is { Problem: null, Snapshot: not null });
        }, TimeSpan.FromSeconds(2));
        // snapshots_changed has whole seconds: the first cycles after a change look twice.
        await Task.Delay(TimeSpan.FromSeconds(12), cancel);
        const string IdleCycles = "curl -sf http://10.77.0.11:9440/metrics | awk '/^nodeagent_replication_cycles_total.*tank:i/ { n += $2 } END { print n }'";
        var from = Numbers(await stage[1].ExpectAsync(IdleCycles, cancel: cancel))[0];
        var busy = await BusyAsync(stage, IdleSeconds, cancel);
        var rounds = (Numbers(await stage[1].ExpectAsync(IdleCycles, cancel: cancel))[0] - from) / Units;
        var ours = (busy - rest) / rounds;
        stage.Note(string.Create(CultureInfo.InvariantCulture,
            $"idle cycle of {Units} units: bare commands {bare:F2} s of processor time on both nodes, NodeAgent {ours:F2} s ({rounds:F1} rounds): cost ratio {ours / bare:F2}, bar: at most 2, {Verdict(ours / bare <= 2)}"));
        await stage[1].ExpectAsync($"for i in $(seq {Units}); do curl -sS --fail-with-body --max-time 60 --unix-socket /run/nodeagent/control.sock -H 'Content-Type: application/json' -d '{{\"unit\":\"i'$i'\",\"copies\":null,\"intervalSeconds\":null,\"keepSource\":null,\"keepCopies\":null,\"isPaused\":true}}' http://agent/v1/replication/set >/dev/null || exit 1; done", Limit, cancel);
    }

    /// <summary>A snapshot and an empty increment for each of twenty datasets.</summary>
    private static async Task<double> BareIdleAsync(Stage stage, CancellationToken cancel)
    {
        await stage[1].ExpectAsync($"for i in $(seq {Units}); do zfs create tank/u$i && zfs snapshot tank/u$i@a || exit 1; done", Limit, cancel);
        await BareCycleAsync(stage, "tank/u$i@a", string.Empty, cancel);
        var before = await JiffiesAsync(stage, cancel);
        await BareCycleAsync(stage, "-i @a tank/u$i@b", "zfs snapshot tank/u$i@b && ", cancel);
        var spent = await JiffiesAsync(stage, cancel) - before;
        foreach (var node in new[] { stage[1], stage[2] })
        {
            await node.ExpectAsync($"for i in $(seq {Units}); do zfs destroy -r tank/u$i; done", Limit, cancel);
        }

        return spent;
    }

    private static async Task BareCycleAsync(Stage stage, string what, string before, CancellationToken cancel)
    {
        var receiving = stage[2].ExpectAsync($"for i in $(seq {Units}); do socat -u TCP-LISTEN:7001,reuseaddr STDOUT | zfs receive -F tank/u$i || exit 1; done", Limit, cancel);
        await stage[1].ExpectAsync(
            $"for i in $(seq {Units}); do {before}zfs send {what} | socat -u STDIN TCP:{stage[2].Address(Link.ReplicationA)}:7001,retry=400,interval=0.1 || exit 1; done", Limit, cancel);
        await receiving;
    }

    private static async Task<double> BusyAsync(Stage stage, int seconds, CancellationToken cancel)
    {
        var before = await JiffiesAsync(stage, cancel);
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancel);
        var spent = await JiffiesAsync(stage, cancel) - before;
        return spent * seconds / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Seconds in which processors of nodes 1 and 2 were neither idle nor waiting for a disk.</summary>
    private static async Task<double> JiffiesAsync(Stage stage, CancellationToken cancel)
    {
        var told = await Task.WhenAll(new[] { stage[1], stage[2] }.Select(node =>
            node.ExpectAsync("awk '/^cpu / { print ($2+$3+$4+$7+$8)/100 }' /proc/stat", cancel: cancel)));
        return told.Sum(text => Numbers(text)[0]);
    }

    // On emulated processors encryption costs what it costs nowhere else: told, and no reason to fail.
    private static string Verdict(bool isMet) => isMet ? "met" : "MISSED";

    private static double[] Numbers(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
}
