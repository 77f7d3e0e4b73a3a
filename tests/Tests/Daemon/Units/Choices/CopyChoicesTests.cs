using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Choices;

namespace NodeAgent.Tests.Daemon.Units.Choices;

[TestClass]
public sealed class CopyChoicesTests
{
    private static readonly UnitId Unit = new(new BackendId("drbd"), "db");
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");
    private readonly Storage backend = new();
    private readonly Dictionary<NodeId, Outcome<CopySide>> answers = new() { [N2] = Side(N2), [N3] = new Fault(FaultCode.NotFound, "", "no such backend", "", Retry.Never) };
    private ClusterView? view;

    [TestMethod]
    public async Task Every_member_is_asked_and_one_without_such_units_has_nothing_open()
    {
        var report = await Choices().ChooseAsync(new ChoiceOrder("db", "n1"), default);

        Assert.IsTrue(report.IsOk && report.Value.IsDone, report.Fault?.ToString());
        Assert.AreEqual("n1,n2", string.Join(',', backend.Chosen!.Sides.Select(side => side.Node)));
        Assert.IsTrue(backend.Chosen is { Silent.Count: 0, Gone.Count: 0, MayLose: false });
    }

    [TestMethod]
    public async Task A_plan_chooses_nothing()
    {
        var report = await Choices().PlanAsync(new ChoiceOrder("drbd:db", "n1"), default);

        Assert.IsTrue(report is { IsOk: true, Value.IsDone: false }, report.Fault?.ToString());
        Assert.IsNull(backend.Chosen);
    }

    [TestMethod]
    [DataRow("nobody looked", false)]
    [DataRow("live", false)]
    [DataRow("not attested", false)]
    [DataRow("lease over", true)]
    [DataRow("declared dead", true)]
    public async Task A_silent_member_is_gone_only_with_a_proof(string what, bool isGone)
    {
        answers[N2] = new Fault(FaultCode.PeerUnavailable, "", "it does not answer", "", Retry.Later);
        var member = new MemberRecord(N2, "boot", 4) { IsAttested = what is not ("not attested" or "declared dead"), Fence = what == "declared dead" ? new FenceRecord(4, N1, new Proof(ProofKind.PowerOff, "off")) : null };
        var record = ClusterRecord.Empty with { Members = ClusterRecord.Empty.Members.SetItem("n2", member) };
        view = what == "nobody looked" ? null : ClusterView.Empty with { Record = record, Live = what == "live" ? ClusterView.Empty.Live.SetItem("n2", 4) : ClusterView.Empty.Live };

        _ = await Choices().PlanAsync(new ChoiceOrder("db", "n1"), default);

        Assert.AreEqual((isGone, !isGone), (backend.Planned!.Gone.ContainsKey(N2), backend.Planned.Silent.ContainsKey(N2)));
    }

    [TestMethod]
    public async Task A_unit_that_nobody_has_is_not_found()
    {
        var report = await Choices().PlanAsync(new ChoiceOrder("other", "n1"), default);

        Assert.AreEqual(FaultCode.NotFound, report.Fault?.Code);
    }

    private CopyChoices Choices()
    {
        var world = new UnitWorld(N1, null!, null!, null!, () => new Dictionary<BackendId, IBackend> { [Unit.Backend] = new Backend(backend) }, () => [N2, N3], () => null!, _ => { });
        return new CopyChoices(world, (node, _, _) => Task.FromResult(answers[node]), _ => Task.FromResult(view), NullLogger.Instance);
    }

    private static CopySide Side(NodeId node) => new(node, DateTimeOffset.UnixEpoch, Answer.No, 7, []);

    private sealed class Backend(ICopyChoice choice) : IBackend
    {
        public BackendDescription Describe() => new("drbd", Capabilities.None, FenceStrength.NodeFenceRequired);

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public T? Ability<T>()
            where T : class => choice as T;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Storage : ICopyChoice
    {
        public CopyChoice? Planned { get; private set; }

        public CopyChoice? Chosen { get; private set; }

        public Task<Outcome<CopySide>> ReadSideAsync(UnitId unit, CancellationToken cancellation) => Task.FromResult<Outcome<CopySide>>(
            unit == Unit ? Side(N1) : new Fault(FaultCode.NotFound, "", "no such unit", "", Retry.Never));

        public Task<Outcome<CopyChoicePlan>> PlanAsync(CopyChoice choice, CancellationToken cancellation)
        {
            Planned = choice;
            return Task.FromResult<Outcome<CopyChoicePlan>>(new CopyChoicePlan(N2, ["a step"], [], IsKept: true));
        }

        public Task<Outcome> ChooseAsync(CopyChoice choice, CancellationToken cancellation)
        {
            Chosen = choice;
            return Task.FromResult(Outcome.Done);
        }

        public Task<Outcome<Listing<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation) => throw new NotSupportedException();
    }
}
