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

        Assert.IsEmpty(shown.Unread);
        Assert.AreSequenceEqual(
            new[] { KeptLine.From(Self, Head), new KeptLine(Self, null, Copy.KeptAs, Unit, null, Copy.DeletedBy, Copy.Since, 4096) }, shown.Found);
        Assert.AreEqual("nodeagent kept delete db-kept-3", shown.Found[0].DeletedBy);
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
    public async Task What_cannot_say_hides_nothing_else_and_is_told()
    {
        var shown = await Heads(new Fault(FaultCode.TimedOut, "cannot list", "zfs hangs", "", Retry.Later)).ShowAsync(default);

        Assert.AreEqual(KeptLine.From(Self, Head), shown.Found.Single());
        Assert.AreEqual(FaultCode.TimedOut, shown.Unread.Single().Code);
    }

    [TestMethod]
    public async Task A_backend_that_is_not_ready_is_told_with_its_reason()
    {
        var shown = await Heads(notReady: Away).ShowAsync(default);

        Assert.HasCount(2, shown.Found);
        Assert.Contains("backend tank", shown.Unread.Single().What);
        Assert.Contains("no zfs here", shown.Unread.Single().Why);
    }

    [TestMethod]
    public async Task Nothing_is_deleted_by_a_name_that_a_silent_backend_may_have_too()
    {
        var deleted = await Heads(notReady: Away).DeleteAsync(Head.Unit.Name, default);

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, deleted.Fault?.Code);
        Assert.Contains("cannot delete the kept head db-kept-3: cannot list what backend tank keeps", deleted.Fault!.What);
    }

    private static (BackendId, string) Away => (new BackendId("tank"), "no zfs here");

    private static KeptHeads Heads(Fault? fault = null, (BackendId, string)? notReady = null)
    {
        var backend = new Storage(fault is null ? new Listing<GivenUpCopy>([Copy], []) : fault);
        return new KeptHeads(
            new UnitWorld(Self, null!, null!, null!, () => new Dictionary<BackendId, IBackend> { [Unit.Backend] = backend }, () => [], () => null!, _ => { }),
            () => notReady is { } away ? [away] : [], () => { });
    }

    private sealed class Storage(Outcome<Listing<GivenUpCopy>> given) : IBackend, ICopyChoice, IRejoin
    {
        public BackendDescription Describe() => new("drbd", Capabilities.None, FenceStrength.NodeFenceRequired);

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public T? Ability<T>()
            where T : class => this as T;

        public Task<Outcome<Listing<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation) => Task.FromResult(given);

        public Task<Outcome<Listing<KeptHead>>> ListKeptAsync(CancellationToken cancellation) => Task.FromResult(Outcome.Ok(new Listing<KeptHead>([Head], [])));

        public Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<CopySide>> ReadSideAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<CopyChoicePlan>> PlanAsync(CopyChoice choice, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome> ChooseAsync(CopyChoice choice, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
