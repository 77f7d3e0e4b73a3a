using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A service that is stopped or passed on waits for the copy that gets it, not for one that is made anew for hours.</summary>
[TestClass]
public sealed class UnitClosingTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly NodeId Quick = new("n3");

    [TestMethod]
    [DataRow(null, DisplayName = "it is let go of")]
    [DataRow("n3", DisplayName = "it is passed on")]
    public async Task A_copy_that_takes_long_holds_up_no_closing(string? target)
    {
        var time = new ManualTimeProvider();
        await using var world = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-close-").FullName, time, copies: 2) { OwnsFolder = true };
        await world.CreateAsync();
        using var loop = world.Loop();
        using var ending = new CancellationTokenSource();
        world.Copy(2).Slow = new TaskCompletionSource().Task;
        await world.WriteAsync(1);
        var running = loop.RunAsync(ending.Token);
        await PassAsync(time, () => loop.Activities.GetValueOrDefault(ReplicationWorld.Unit)?.Cycles > 0);
        Assert.IsTrue(loop.IsBusy(ReplicationWorld.Unit, new NodeId("n2")));
        await world.WriteAsync(2);
        var written = await world.ContentAsync("n1", "data");
        var closing = new UnitClosing(WorldOf(world), _ => world.Cycle, loop.HoldAsync, _ => null, time)
            .CloseAsync(ReplicationWorld.Unit, new Epoch(1), target is null ? null : Quick, None);
        await PassAsync(time, () => !loop.IsBusy(ReplicationWorld.Unit, new NodeId("n2")));

        // What the quick copy gets takes none of the clock's time.
        await Until.TrueAsync(() => world.Journal.Open().Any(open => open.Subject.EndsWith("to n2", StringComparison.Ordinal))
            && !world.Journal.Open().Any(open => open.Subject.EndsWith("to n3", StringComparison.Ordinal)) && world.Copy(3).Streams >= 4);
        await PassAsync(time, () => closing.IsCompleted);
        var closed = await closing;
        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreNotEqual(Offer.Head(new Epoch(1)), closed.Value, "what n3 holds must be known to be all");
        Assert.AreEqual(written, await world.ContentAsync("n3", "data"));
        Assert.AreEqual(Role.Reader, (await world.Roles().GetRoleAsync(ReplicationWorld.Unit, None)).Value.Role);
        await ending.CancelAsync();
        await running;
    }

    [TestMethod]
    [DataRow(true, DisplayName = "given up before")]
    [DataRow(false, DisplayName = "given up while a cycle is waited for")]
    public async Task Storage_that_is_given_up_is_closed_without_waiting_for_anything_that_waits_for_it(bool isKnown)
    {
        var time = new ManualTimeProvider();
        await using var world = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-close-").FullName, time, copies: 2) { OwnsFolder = true };
        await world.CreateAsync();
        await world.WriteAsync(1);
        var (hang, holds, cycles) = (isKnown ? "vdb has answered nothing for 1 m" : null, 0, 0);
        var closing = new UnitClosing(WorldOf(world), _ => Cycle(), HoldAsync, _ => hang, time);
        var closed = closing.CloseAsync(ReplicationWorld.Unit, new Epoch(1), null, None);
        if (!isKnown)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            Assert.IsFalse(closed.IsCompleted, "a cycle runs, and the disks may answer yet");
            hang = "vdb has answered nothing for 1 m";
        }

        await PassAsync(time, () => closed.IsCompleted, 60);
        Assert.AreEqual(Offer.Head(new Epoch(1)), (await closed).Value, "nobody knows what the copies lack");
        Assert.AreEqual((isKnown ? 0 : 1, 0), (holds, cycles));
        Assert.AreEqual(Role.Reader, (await world.Roles().GetRoleAsync(ReplicationWorld.Unit, None)).Value.Role);
        var moved = await closing.CloseAsync(ReplicationWorld.Unit, new Epoch(1), Quick, None);
        Assert.AreEqual(FaultCode.DataPathUnavailable, moved.Fault?.Code, "who passes it on has to send it");

        UnitCycle Cycle()
        {
            cycles++;
            return world.Cycle;
        }

        async Task<IDisposable> HoldAsync(UnitId unit, CancellationToken cancellation)
        {
            holds++;
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
            return new MemoryStream();
        }
    }

    [TestMethod]
    [DataRow(false, DisplayName = "a copy that was never opened")]
    [DataRow(true, DisplayName = "one that was")]
    public async Task Only_what_was_opened_in_the_epoch_is_let_go_of_as_a_head(bool isOpened)
    {
        var time = new ManualTimeProvider();
        await using var world = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-close-").FullName, time) { OwnsFolder = true };
        await world.CreateAsync();
        await world.WriteAsync(1);
        var whole = SnapshotName.Parse((await world.GoodCycleAsync())[new NodeId("n2")].Complete!)!.Value;
        if (isOpened)
        {
            var grant = new WriteGrant(ReplicationWorld.Unit, new Epoch(2), new NodeId("n2"), Instant.Never);
            Assert.IsTrue((await world.Roles("n2").PromoteAsync(grant, null, None)).IsOk);
        }

        var here = new UnitWorld(
            new NodeId("n2"), world.Registry, world.Journal, world,
            () => new Dictionary<BackendId, IBackend> { [ReplicationWorld.Unit.Backend] = world.Backend("n2") },
            () => [ReplicationWorld.Writer], () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { });
        var closed = await new UnitClosing(here, _ => world.Cycle, (_, _) => Task.FromResult<IDisposable>(new MemoryStream()), _ => null, time)
            .CloseAsync(ReplicationWorld.Unit, new Epoch(2), null, None);
        Assert.AreEqual(isOpened ? Offer.Head(new Epoch(2)) : new Offer(whole.Epoch, whole.Number, TimeSpan.Zero), closed.Value);
    }

    private static async Task PassAsync(ManualTimeProvider time, Func<bool> condition, int most = 2000)
    {
        for (var step = 0; !condition(); step++)
        {
            Assert.IsLessThan(most, step, "it waits for what does not end");
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }
    }

    private static UnitWorld WorldOf(ReplicationWorld world) => new(
        ReplicationWorld.Writer, world.Registry, world.Journal, world,
        () => new Dictionary<BackendId, IBackend> { [ReplicationWorld.Unit.Backend] = world.Backend() },
        () => [new NodeId("n2"), Quick], () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { });
}
