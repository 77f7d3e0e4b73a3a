using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Guarding;

[TestClass]
public sealed class GuardedUpkeepTests
{
    private const string Keep = "public Task<Outcome> KeepAsync(CancellationToken cancellation) => Task.FromResult(Outcome.Done);";

    [TestMethod]
    public async Task A_plugin_that_only_keeps_has_nothing_to_tell()
    {
        var (told, _) = await AskAsync(new Fixture { BackendBase = ", IUpkeep", BackendMembers = Keep });

        Assert.IsTrue(told.IsOk, told.Fault?.ToString());
        Assert.IsEmpty(told.Value);
    }

    [TestMethod]
    public async Task What_a_plugin_saw_comes_through_as_the_host_s_own_copy()
    {
        var (told, host) = await AskAsync(Telling("Legs = [new CopyLeg(new NodeId(\"n2\"), \"3\", CopyState.Outdated)], Frozen = TimeSpan.FromSeconds(3)"));

        Assert.AreEqual(new CopyLeg(new NodeId("n2"), "3", CopyState.Outdated), told.Value.Single().Legs.Single());
        Assert.AreEqual(TimeSpan.FromSeconds(3), told.Value.Single().Frozen);
        Assert.AreEqual(PluginState.Ready, host);
    }

    [TestMethod]
    public async Task What_has_no_bounds_is_refused_without_a_word_of_it_taken()
    {
        var (told, _) = await AskAsync(Telling("Legs = Enumerable.Range(0, 65).Select(i => new CopyLeg(new NodeId(\"n2\"), $\"{i}\", CopyState.Unknown)).ToList()"));

        Assert.AreEqual(FaultCode.Internal, told.Fault?.Code);
        StringAssert.Contains(told.Fault!.Why, "more than 64 legs");
    }

    [TestMethod]
    [DataRow("Legs = null!")]
    [DataRow("Paths = new List<CopyPath> { null! }")]
    [DataRow("Legs = Endless().Select(i => i < 9 ? new CopyLeg(new NodeId(\"n2\"), $\"{i}\", CopyState.Unknown) : throw new InvalidOperationException(\"trap\")).Take(20).ToList()")]
    public async Task What_breaks_while_it_is_read_is_caught_inside_the_guard_and_counted(string members)
    {
        var (told, host) = await AskAsync(Telling(members));

        Assert.AreEqual(FaultCode.Internal, told.Fault?.Code);
        Assert.AreEqual(PluginState.Degraded, host, "it misbehaved");
    }

    private static Fixture Telling(string members) => new()
    {
        BackendBase = ", IUpkeep",
        BackendMembers = $$"""
            {{Keep}}

            public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) =>
                Good<IReadOnlyList<UpkeepReport>>([new UpkeepReport(new UnitId(context.Id, "u"), DateTimeOffset.UnixEpoch) { {{members}} }]);

            private static IEnumerable<int> Endless() { for (var i = 0; ; i++) { yield return i; } }
            """,
    };

    private static async Task<(Outcome<IReadOnlyList<UpkeepReport>> Told, PluginState State)> AskAsync(Fixture fixture)
    {
        using var yard = new PluginYard();
        yard.Install(fixture);
        await using var host = await yard.StartAsync();
        var told = await host.Backend(new BackendId("tank"))!.Ability<IUpkeep>()!.ReadReportsAsync(CancellationToken.None);
        return (told, host.Backends[0].State);
    }
}
