using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Two real clusters on loopback that mirror pool "hot" to each other, each with its rbd-mirror. Site a is where units begin.</summary>
internal sealed class MirrorPair : IDisposable
{
    private const string Program = "rbd-mirror";
    private const string Daemon = "mirror.x";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private MirrorPair(CephCluster a, CephCluster b) => (A, B) = (a, b);

    public CephCluster A { get; }

    public CephCluster B { get; }

    public static async Task<MirrorPair> StartAsync()
    {
        if (CephCluster.Missing is null && !File.Exists("/usr/bin/" + Program))
        {
            Assert.Inconclusive($"{Program} not installed (package {Program})");
        }

        var first = CephCluster.StartAsync(isPatient: true);
        var second = CephCluster.StartAsync(isPatient: true);
        try
        {
            var pair = new MirrorPair(await first, await second);
            await pair.JoinAsync();
            return pair;
        }
        catch
        {
            foreach (var one in new[] { first, second })
            {
                await one.ContinueWith(task => task.IsCompletedSuccessfully ? task.Result : null, TaskScheduler.Default).ContinueWith(task => task.Result?.Dispose(), TaskScheduler.Default);
            }

            throw;
        }
    }

    /// <summary>A backend of a site. Its node is n1 at a, m1 at b, unless told.</summary>
    public CephStorage Open(CephCluster site, string backend, string? node = null, TimeProvider? time = null) =>
        CephLab.Open(site, node ?? (site == A ? "n1" : "m1"), time: time, backend: backend);

    public static Task StartDaemonAsync(CephCluster site) => site.StartAgainAsync(Daemon);

    public static Task KillDaemonAsync(CephCluster site) => site.KillAsync(Daemon);

    /// <summary>Waits until a site sees a unit so.</summary>
    public static async Task<UnitMirror> UntilAsync(CephStorage site, UnitId unit, Func<UnitMirror, bool> isSo)
    {
        UnitMirror? last = null;
        Fault? fault = null;
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            var read = await site.Ability<ISiteMirrors>()!.ReadSitesAsync(unit, CancellationToken.None);
            (last, fault) = (read.IsOk ? read.Value.Units[0] : last, read.Fault);
            if (read.IsOk && isSo(last!))
            {
                return last!;
            }

            await Task.Delay(200);
        }

        throw new AssertFailedException($"not so within {Patience}: {fault} {last?.Role} {last?.State} {string.Join("; ", last?.Volumes.SelectMany(volume => volume.Voices) ?? [])}");
    }

    /// <summary>Plans an order and does it.</summary>
    public static async Task<Outcome> OrderAsync(CephStorage site, UnitId unit, SiteAction action, bool isClosedFirst = false)
    {
        var mirrors = site.Ability<ISiteMirrors>()!;
        var plan = await mirrors.PlanSiteAsync(new SiteOrder(unit, action) { IsClosedFirst = isClosedFirst }, CancellationToken.None);
        return plan.IsOk ? await mirrors.ApplySiteAsync(plan.Value, CancellationToken.None) : plan.Fault;
    }

    /// <summary>Plans an order and does it, until it is done: what was given away has to arrive first.</summary>
    public static async Task DoneAsync(CephStorage site, UnitId unit, SiteAction action)
    {
        var done = await OrderAsync(site, unit, action);
        var begun = TimeProvider.System.GetTimestamp();
        while (!done.IsOk && TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(200);
            done = await OrderAsync(site, unit, action);
        }

        Assert.IsTrue(done.IsOk, $"{action}: {done.Fault}");
    }

    public static async Task CloseAsync(CephStorage site, UnitId unit)
    {
        var closed = await site.Ability<IRoles>()!.DemoteAsync(unit, null, CancellationToken.None);
        Assert.IsTrue(closed.IsOk, $"{closed.Fault}");
    }

    public static async Task OpenAsync(CephStorage site, UnitId unit, long epoch, string node)
    {
        var opened = await site.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, epoch, node), null, CancellationToken.None);
        Assert.IsTrue(opened.IsOk, $"{opened.Fault}");
    }

    public static async Task<string> ReadAsync(CephStorage site, VolumeId volume, int bytes = 8)
    {
        var opened = await site.OpenHeldAsync(volume, CancellationToken.None);
        Assert.IsTrue(opened.IsOk, $"{opened.Fault}");
        await using var stream = opened.Value;
        var text = new byte[bytes];
        await stream.ReadExactlyAsync(text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    private async Task JoinAsync()
    {
        await A.RunAsync("rbd", "mirror", "pool", "enable", "hot", "image", "--site-name", "site-a");
        await B.RunAsync("rbd", "mirror", "pool", "enable", "hot", "image", "--site-name", "site-b");
        var token = Path.Join(Path.GetTempPath(), "nodeagent-token-" + Path.GetRandomFileName());
        try
        {
            await File.WriteAllTextAsync(token, await A.RunAsync("rbd", "mirror", "pool", "peer", "bootstrap", "create", "hot"));
            await B.RunAsync("rbd", "mirror", "pool", "peer", "bootstrap", "import", "hot", token, "--direction", "rx-tx");
        }
        finally
        {
            File.Delete(token);
        }

        await Task.WhenAll(StartDaemonAsync(A), StartDaemonAsync(B));
    }
}
