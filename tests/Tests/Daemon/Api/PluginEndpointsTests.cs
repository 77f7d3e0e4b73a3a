using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Plugins.Yard;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Api;

[TestClass]
public sealed class PluginEndpointsTests
{
    private static readonly NodeId Here = new("n1");
    private static readonly NodeId Other = new("n2");

    [TestMethod]
    [DataRow("n1", "1.0.0")]
    [DataRow("n2", "1.1.0")]
    public async Task Another_version_takes_its_place_unless_this_node_writes_through_it(string writer, string running)
    {
        using var folder = new TempFolder();
        using var yard = new PluginYard();
        yard.Install(new Fixture { Version = "1.0.0" });
        await using var host = await yard.StartAsync();
        yard.Install(new Fixture { Version = "1.1.0" });
        var registry = UnitRegistry.Load(folder["units"]).Value;
        Assert.IsTrue(registry.Store(new UnitRecord(
            new UnitId(new BackendId("tank"), "db"), new NodeId(writer), new Epoch(3), 1, [Other], TimeSpan.FromMinutes(1), 1, 1, IsPaused: false)).IsOk);
        var outcome = await new PluginEndpoints(host, registry, Here).UseAsync(new("fixture", "1.1.0"), CancellationToken.None);
        Assert.AreEqual(running == "1.1.0", outcome.IsOk, outcome.Fault?.ToString());
        Assert.AreEqual(running, host.Plugins[0].Version);
        if (outcome.Fault is { } fault)
        {
            Assert.AreEqual((FaultCode.PreconditionFailed, "this node writes 1 of its units ('nodeagent status')"), (fault.Code, fault.Why));
            // The old version goes on.
            var volumes = host.Backend(new BackendId("tank"))!.Ability<IVolumes>()!;
            Assert.IsTrue((await volumes.ListAsync(CancellationToken.None)).IsOk);
        }
    }

    [TestMethod]
    public async Task What_is_no_version_is_told()
    {
        using var folder = new TempFolder();
        using var yard = new PluginYard();
        await using var host = yard.Host();
        var outcome = await new PluginEndpoints(host, UnitRegistry.Load(folder["units"]).Value, Here).UseAsync(new("fixture", "new"), CancellationToken.None);
        Assert.AreEqual(FaultCode.InvalidArgument, outcome.Fault!.Code);
    }
}
