using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Daemon.Plugins.Yard;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Plugins.Quarantines;

/// <summary>A service goes on writing on storage whose plugin is in quarantine: it is looked after, and it can be stopped.</summary>
[TestClass]
public sealed class QuarantinedStorageTests
{
    private static readonly BackendId Tank = new("tank");
    private static readonly UnitId Unit = new(Tank, "u");

    [TestMethod]
    [DataRow(false, DisplayName = "it comes into quarantine")]
    [DataRow(true, DisplayName = "the agent is replaced while it is there")]
    public async Task The_upkeep_of_its_storage_goes_on(bool isReplaced)
    {
        using var yard = await YardAsync(isReplaced);
        await using var host = await HostAsync(yard, isReplaced);
        Assert.AreEqual(PluginState.Quarantined, host.Backends[0].State);
        using var stopping = new CancellationTokenSource();
        var watch = new UpkeepWatch(yard.Time);
        var loop = new UpkeepLoop(() => host.There, watch, yard.Time, NullLogger.Instance).RunAsync(stopping.Token);

        await Until.TrueAsync(() => yard.Log.Lines.Any(line => line.Contains("looked after", StringComparison.Ordinal)));

        Assert.IsNull(watch.Find(Tank)?.Fault);
        Assert.IsEmpty(host.Ready, "nothing else is done there");
        await stopping.CancelAsync();
        await loop;
    }

    [TestMethod]
    public async Task It_is_there_while_it_comes_out_of_quarantine_and_stays_there_if_it_cannot()
    {
        using var yard = new PluginYard();
        yard.Install(QuarantineTests.Crashes with
        {
            Create = "made++ == 0 ? new Outcome<IBackend>(new Backend(context)) : Late()",
            FactoryMembers = """
                private static int made;
                private static Outcome<IBackend> Late() { Thread.Sleep(1500); return new Fault(FaultCode.Busy, "cannot make it", "told so", "", Retry.Later); }
                """,
        });
        await using var host = await HostAsync(yard, false);
        yard.Time.Advance(yard.Policy.FirstQuarantine);
        var review = host.ReviewAsync(CancellationToken.None);
        await Until.TrueAsync(() => host.Backends[0].State == PluginState.Starting);
        await StandsAsync(host);

        await review;
        Assert.AreEqual(PluginState.Quarantined, host.Backends[0].State, "the old one is there, and the next one is made later");
        Assert.AreEqual(2 * yard.Policy.FirstQuarantine, host.Backends[0].Quarantine!.Until - yard.Time.GetUtcNow());
        await StandsAsync(host);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "it came into quarantine")]
    [DataRow(true, DisplayName = "the agent was replaced since")]
    public async Task A_service_on_it_is_let_go_of_without_a_reset_of_the_node(bool isReplaced)
    {
        using var yard = await YardAsync(isReplaced);
        await using var host = await HostAsync(yard, isReplaced);
        var service = new RunnableService("web", [Unit], new ServiceParts([], yard.Time), TimeSpan.FromSeconds(30), new ServicePolicy("web", [new NodeId("n1")]));

        var left = await new ServiceRelease(WorldOf(host), _ => { }, yard.Time).RunAsync([service], new ConcurrentDictionary<string, SemaphoreSlim>(), CancellationToken.None);

        Assert.IsNull(left);
        Assert.Contains("demoted", string.Join('\n', yard.Log.Lines));
    }

    [TestMethod]
    public async Task A_unit_on_it_is_closed_as_one_that_holds_everything()
    {
        using var yard = await YardAsync(false);
        await using var host = await HostAsync(yard, false);
        var closing = new UnitClosing(WorldOf(host), null!, (_, _) => Task.FromResult<IDisposable>(new MemoryStream()), _ => null, yard.Time);

        var closed = await closing.CloseAsync(Unit, new Epoch(3), null, CancellationToken.None);

        Assert.AreEqual(Offer.Head(new Epoch(3)), closed.Value, closed.Fault?.ToString());
    }

    private static async Task StandsAsync(PluginHost host)
    {
        var storage = host.There[Tank];
        Assert.IsTrue((await storage.Ability<IUpkeep>()!.KeepAsync(CancellationToken.None)).IsOk);
        Assert.IsTrue((await storage.Ability<IRoles>()!.DemoteAsync(Unit, null, CancellationToken.None)).IsOk);
    }

    private static UnitWorld WorldOf(PluginHost host) => new(
        new NodeId("n1"), null!, null!, null!, () => host.Ready, () => [], () => null!, _ => { }) { There = () => host.There };

    private static async Task<PluginYard> YardAsync(bool isQuarantined)
    {
        var yard = new PluginYard();
        yard.Install(QuarantineTests.Crashes);
        if (isQuarantined)
        {
            await using var before = await yard.StartAsync();
            await QuarantineTests.CrashAsync(before, 5);
        }

        return yard;
    }

    private static async Task<PluginHost> HostAsync(PluginYard yard, bool isQuarantined)
    {
        var host = await yard.StartAsync();
        await QuarantineTests.CrashAsync(host, isQuarantined ? 0 : 5);
        return host;
    }
}
