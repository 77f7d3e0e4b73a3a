using NodeAgent.Contract;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Units;

/// <summary>Everything that is kept on a node is shown in one list; the agent deletes only what is a unit.</summary>
[TestClass]
public sealed class KeptHeadsTests
{
    private static readonly NodeId Self = new("n1");
    private static readonly UnitId Unit = new(new BackendId("drbd"), "shop");
    private static readonly GivenUpCopy Copy = new(Unit, "tank/shop@nodeagent-given-up-7", "zfs destroy tank/shop@nodeagent-given-up-7", DateTimeOffset.UnixEpoch.AddDays(3), 4096);
    private static readonly KeptHead Head = new(new UnitId(Unit.Backend, "db-kept-3"), new UnitId(Unit.Backend, "db"), "na-3-7", DateTimeOffset.UnixEpoch.AddDays(2), 12);

    [TestMethod]
    public async Task Heads_and_copies_that_gave_way_are_one_list_with_the_oldest_first()
    {
        var shown = await Heads().ShowAsync(default);

        Assert.IsTrue(shown.IsOk, shown.Fault?.ToString());
        Assert.AreSequenceEqual(
            new[] { KeptLine.From(Self, Head), new KeptLine(Self, null, Copy.KeptAs, Unit, null, Copy.DeletedBy, Copy.Since, 4096) }, shown.Value);
        Assert.AreEqual("nodeagent kept delete db-kept-3", shown.Value[0].DeletedBy);
    }

    [TestMethod]
    public async Task A_snapshot_of_the_storage_is_not_deleted_and_its_command_is_told()
    {
        var deleted = await Heads().DeleteAsync(Copy.KeptAs, default);

        Assert.AreEqual(FaultCode.PreconditionFailed, deleted.Fault?.Code);
        Assert.Contains(Copy.DeletedBy, deleted.Fault!.NextStep);
        Assert.AreEqual(FaultCode.NotFound, (await Heads().DeleteAsync("shop", default)).Fault?.Code, "the unit itself is never meant");
    }

    [TestMethod]
    public async Task A_backend_that_cannot_say_makes_no_list_that_looks_whole()
    {
        var shown = await Heads(new Fault(FaultCode.TimedOut, "cannot list", "zfs hangs", "", Retry.Later)).ShowAsync(default);

        Assert.AreEqual(FaultCode.TimedOut, shown.Fault?.Code);
    }

    private static KeptHeads Heads(Fault? fault = null)
    {
        var backend = new Storage(fault is null ? Outcome.Ok<IReadOnlyList<GivenUpCopy>>([Copy]) : fault);
        return new KeptHeads(
            new UnitWorld(Self, null!, null!, null!, () => new Dictionary<BackendId, IBackend> { [Unit.Backend] = backend }, () => [], () => null!, _ => { }), () => { });
    }

    private sealed class Storage(Outcome<IReadOnlyList<GivenUpCopy>> given) : IBackend, ICopyChoice, IRejoin
    {
        public BackendDescription Describe() => new("drbd", Capabilities.None, FenceStrength.NodeFenceRequired);

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public T? Ability<T>()
            where T : class => this as T;

        public Task<Outcome<IReadOnlyList<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation) => Task.FromResult(given);

        public Task<Outcome<IReadOnlyList<KeptHead>>> ListKeptAsync(CancellationToken cancellation) => Task.FromResult(Outcome.Ok<IReadOnlyList<KeptHead>>([Head]));

        public Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<CopySide>> ReadSideAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<CopyChoicePlan>> PlanAsync(CopyChoice choice, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome> ChooseAsync(CopyChoice choice, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
