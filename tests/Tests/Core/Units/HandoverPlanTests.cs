using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Tests.Core.Units;

[TestClass]
public sealed class HandoverPlanTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");

    private static UnitRecord Record => new(Unit, N1, new Epoch(4), 7, [N2, N3], TimeSpan.FromSeconds(30), 2, 3, IsPaused: false);

    private static HandoverOutlook Good => new(Copy(Role.Writer, "data"), Copy(Role.Reader, "data"), "s1", [], null, []);

    [TestMethod]
    public void A_good_copy_gives_a_plan_with_the_next_record()
    {
        var plan = HandoverPlan.Make(Record, N2, Good).Value;
        Assert.AreEqual(Handover.Passed(Record, N2), plan.Next);
        Assert.HasCount(5, plan.Steps);
        Assert.IsEmpty(plan.Warnings);
    }

    [TestMethod]
    public void What_lags_or_is_paused_is_a_warning_and_no_obstacle() =>
        Assert.HasCount(2, HandoverPlan.Make(Record with { IsPaused = true }, N2, Good with { Behind = [N3] }).Value.Warnings);

    [TestMethod]
    public void Each_obstacle_is_named_with_what_to_do()
    {
        AssertRefused("keeps no copy", HandoverPlan.Make(Record, new NodeId("n9"), Good));
        AssertRefused("does not take writes", HandoverPlan.Make(Record, N2, Good with { Here = Copy(Role.Reader, "data") }));
        AssertRefused("whole copy", HandoverPlan.Make(Record, N2, Good with { Whole = null }));
        AssertRefused("whole copy", HandoverPlan.Make(Record, N2, Good with { Here = Copy(Role.Writer, "data", "wal") }));
        AssertRefused("has not", HandoverPlan.Make(Record, N2, Good with { There = Copy(Role.Reader, "data", "old") }));
        AssertRefused("the key is missing", HandoverPlan.Make(Record, N2, Good with { Blockers = ["the key is missing"] }));
        AssertRefused("bytes left", HandoverPlan.Make(Record, N2, Good with { AvailableBytes = 5 }));
    }

    [TestMethod]
    public void A_copy_that_parted_is_refused_as_such()
    {
        var there = Copy(Role.Reader, "data") with
        {
            Volumes = [new VolumeHistory("data", [new HistoryPoint("s1", "stranger", 1, default, false)], null, Answer.No)],
        };
        var refused = HandoverPlan.Make(Record, N2, Good with { There = there });
        Assert.AreEqual(FaultCode.Diverged, refused.Fault?.Code);
        Assert.Contains("rebuild", refused.Fault!.NextStep);
    }

    private static void AssertRefused(string why, Outcome<HandoverPlan> outcome)
    {
        Assert.Contains(why, outcome.Fault?.Why ?? "not refused");
        Assert.AreNotEqual("", outcome.Fault!.NextStep);
    }

    private static CopyHistory Copy(Role role, params string[] volumes) => new(Unit, role, new Epoch(4),
        [.. volumes.Select(name => new VolumeHistory(name, [new HistoryPoint("s1", $"{name}-1", 1, default, false)], null, Answer.No))]);
}
