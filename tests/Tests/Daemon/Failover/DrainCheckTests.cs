using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A node that storage needs is not drained, unless an operator insists.</summary>
[TestClass]
public sealed class DrainCheckTests
{
    private const string Objection = "Ceph says that osd.1 cannot be stopped now.";

    [TestMethod]
    public async Task A_drain_to_which_storage_objects_is_refused_with_the_reason_and_the_next_step()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        var refused = await Desk(cluster, new NodeAbsence(["osd.1"], [Objection])).OrderAsync(Drain(), CancellationToken.None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code);
        Assert.AreEqual($"ceph: {Objection}", refused.Fault!.Why);
        StringAssert.Contains(refused.Fault.NextStep, "nodeagent what-if drain n3");
        Assert.IsFalse(IsDrained(cluster));
    }

    [TestMethod]
    public async Task Storage_that_cannot_tell_objects()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        var refused = await Desk(cluster, new Fault(FaultCode.TimedOut, "cannot ask", "no monitor answered", "Look.", Retry.Later)).OrderAsync(Drain(), CancellationToken.None);
        StringAssert.Contains(refused.Fault?.Why, "no monitor answered");
        Assert.IsFalse(IsDrained(cluster));
    }

    [TestMethod]
    public async Task A_backend_that_is_not_ready_is_no_word_for_it()
    {
        var nobody = new AbsenceCheck([new BackendId("ceph")], static () => new Dictionary<BackendId, IBackend>());
        var refused = await nobody.RefusalAsync(ClusterView.Empty, new NodeId("n3"), CancellationToken.None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused?.Code);
        StringAssert.Contains(refused!.Why, "ceph: It is not ready on the node that was asked");
    }

    [TestMethod]
    public async Task An_operator_who_insists_drains_it_and_so_does_one_to_whom_nothing_objects()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        var forced = Desk(cluster, new NodeAbsence(["osd.1"], [Objection])).OrderAsync(Drain() with { IsForced = true }, CancellationToken.None);
        await cluster.UntilAsync(() => forced.IsCompleted && IsDrained(cluster), "the forced drain");
        Assert.IsTrue((await forced).IsOk, (await forced).Fault?.ToString());
        await cluster.OrderAsync(Orders.Undrain, "n3");
        var free = Desk(cluster, new NodeAbsence(["osd.1"], [])).OrderAsync(Drain(), CancellationToken.None);
        await cluster.UntilAsync(() => free.IsCompleted && IsDrained(cluster), "the drain");
    }

    [TestMethod]
    public async Task A_plan_tells_what_it_serves_what_would_stop_and_what_would_move()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        var desk = Desk(cluster, new NodeAbsence(["osd.1"], [Objection]));
        var plan = (await desk.PlanDrainAsync("n1", CancellationToken.None)).Value;
        Assert.AreEqual(new DrainMove("db", new NodeId("n2"), "n2 is number 2 of 3 and has the newest data; not n1: it lets go of it"), plan.Services.Single());
        Assert.AreEqual((new BackendId("ceph"), "osd.1", Objection), (plan.Storage.Single().Backend, plan.Storage[0].Serves.Single(), plan.Storage[0].Objections.Single()));
        Assert.IsFalse(cluster.Room.View.Record.Member(new NodeId("n1"))!.IsDrained);
        Assert.AreEqual(FaultCode.NotFound, (await desk.PlanDrainAsync("nobody", CancellationToken.None)).Fault?.Code);
    }

    [TestMethod]
    public async Task Who_is_drained_already_counts_as_away()
    {
        var ceph = new Served(new NodeAbsence(["osd.1"], []));
        var check = new AbsenceCheck([new BackendId("ceph")], () => new Dictionary<BackendId, IBackend> { [new BackendId("ceph")] = ceph });
        var record = new[] { ("n1", true), ("n2", false), ("n3", true) }.Aggregate(
            ClusterRecord.Empty, (so, node) => so.With(new MemberRecord(new NodeId(node.Item1), "boot", 1) { IsDrained = node.Item2 }));

        Assert.IsNull(await check.RefusalAsync(ClusterView.Empty with { Record = record }, new NodeId("n3"), CancellationToken.None));

        CollectionAssert.AreEqual(new[] { new NodeId("n1") }, ceph.Away);
    }

    [TestMethod]
    public async Task Of_two_nodes_that_are_drained_at_one_moment_the_later_one_is_taken_back_if_storage_needs_one_of_them()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        var ceph = new Served(new NodeAbsence(["osd.1"], []))
        {
            Together = new NodeAbsence(["osd.1"], [Objection]),
            Meanwhile = () => cluster.OrderAsync(Orders.Drain, "n1"),
        };
        var ordered = Desk(cluster, ceph).OrderAsync(Drain(), CancellationToken.None);

        await cluster.UntilAsync(() => ordered.IsCompleted, "the drain");

        StringAssert.Contains((await ordered).Fault?.Why, $"n1 was drained at the same moment. ceph: {Objection}");
        Assert.IsFalse(IsDrained(cluster), "the later order");
        Assert.IsTrue(cluster.Room.View.Record.Member(new NodeId("n1"))!.IsDrained, "the order before it");
    }

    private static ServiceOrder Drain() => new("drain", "n3", "test", null, 0, null);

    private static bool IsDrained(FailoverCluster cluster) => cluster.Room.View.Record.Member(new NodeId("n3"))!.IsDrained;

    private static FailoverDesk Desk(FailoverCluster cluster, Outcome<NodeAbsence> told) => Desk(cluster, new Served(told));

    private static FailoverDesk Desk(FailoverCluster cluster, Served ceph)
    {
        IReadOnlyDictionary<BackendId, IBackend> backends = new Dictionary<BackendId, IBackend>
        {
            [new BackendId("ceph")] = ceph, [new BackendId("zfs")] = new Served(null),
        };
        return new FailoverDesk(cluster[2].Seat, cluster.Room.For(FailoverCluster.Ids[1]), null!, cluster.Time) { Absences = new AbsenceCheck([new BackendId("ceph"), new BackendId("zfs")], () => backends) };
    }

    /// <summary>Storage that nodes serve; without a word, storage that none does.</summary>
    private sealed class Served(Outcome<NodeAbsence>? told) : IBackend, INodeAbsence
    {
        public BackendDescription Describe() => new("served", Capabilities.None, FenceStrength.NodeFenceRequired);

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => Task.FromResult<Outcome<BackendHealth>>(new BackendHealth(HealthLevel.Ok, "", []));

        public T? Ability<T>()
            where T : class => told is null ? null : this as T;

        public List<NodeId> Away { get; } = [];

        /// <summary>What happens elsewhere while it is asked about a node alone.</summary>
        public Func<Task> Meanwhile { get; init; } = static () => Task.CompletedTask;

        /// <summary>What it says when others are away, too, if that is something else.</summary>
        public Outcome<NodeAbsence>? Together { get; init; }

        public async Task<Outcome<NodeAbsence>> LookAsync(NodeId node, IReadOnlyList<NodeId> away, CancellationToken cancellation)
        {
            Away.AddRange(away);
            await (away.Count == 0 ? Meanwhile() : Task.CompletedTask);
            return away.Count > 0 && Together is { } together ? together : told!.Value;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
