using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Going back, knowing what it destroys.</summary>
internal static class RollbackChecks
{
    private const Capabilities Rollback = Capabilities.Volumes | Capabilities.Snapshots | Capabilities.Rollback;

    public static IEnumerable<Check> All =>
    [
        new("rollback_restores_content", "After a rollback the content is the snapshot's.", Rollback, RestoresAsync),
        new("rollback_plan_tells_what_goes", "The plan names the newer snapshots that go, and they go.", Rollback, TellsAsync),
        new("rollback_plan_changes_nothing", "Planning changes nothing.", Rollback, ChangesNothingAsync),
        new("rollback_with_old_plan_refused", "A plan made before the unit changed is refused.", Rollback, OldPlanAsync),
        new("rollback_needs_the_writer", "A stale epoch cannot roll back.", Rollback, NeedsWriterAsync),
        new("rollback_over_hold_refused", "A held newer snapshot stands in the way and is named.", Rollback | Capabilities.Holds, OverHoldAsync),
        new("rollback_to_missing_is_not_found", "What is not there cannot be gone back to.", Rollback, MissingAsync),
    ];

    private static async Task RestoresAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 1);
        var then = await bench.DigestAsync(node, unit);
        await bench.SnapAsync(node, unit, "s1");
        await bench.WriteAsync(node, unit, seed: 2);
        Expect.True(then != await bench.DigestAsync(node, unit), "writing changed nothing");
        var plan = await PlanAsync(bench, node, unit, "s1");
        Expect.Ok(await node.Snapshots.RollbackAsync(plan, unit.Grant, bench.Cancellation), "rolling back");
        Expect.Equal(then, await bench.DigestAsync(node, unit), "content after the rollback");
        await bench.WriteAsync(node, unit, seed: 3);
        Expect.True(then != await bench.DigestAsync(node, unit), "the volume cannot be written after the rollback");
    }

    private static async Task TellsAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        string[] made = ["s1", "s2", "s3"];
        foreach (var name in made)
        {
            await bench.SnapAsync(node, unit, name);
        }

        var plan = await PlanAsync(bench, node, unit, "s1");
        var newest = await PlanAsync(bench, node, unit, "s3");
        Expect.Equal(0, newest.DestroysSnapshots.Count, "snapshots that going back to the newest destroys");
        Expect.Ok(await node.Snapshots.RollbackAsync(plan, unit.Grant, bench.Cancellation), "rolling back");
        var left = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing").Select(s => s.Id.Name).ToList();
        var gone = made.Except(left, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Expect.Equal(
            string.Join(' ', plan.DestroysSnapshots.Order(StringComparer.Ordinal)), string.Join(' ', gone), "snapshots that went");
        Expect.True(left.Contains("s1"), "the snapshot gone back to is gone");
    }

    private static async Task ChangesNothingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        await bench.SnapAsync(node, unit, "s2");
        await bench.WriteAsync(node, unit, seed: 4);
        var before = await bench.DigestAsync(node, unit);
        var first = await PlanAsync(bench, node, unit, "s1");
        var second = await PlanAsync(bench, node, unit, "s1");
        Expect.Equal(first.Fingerprint, second.Fingerprint, "fingerprint of the second plan");
        Expect.Equal(before, await bench.DigestAsync(node, unit), "content after planning");
    }

    private static async Task OldPlanAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        var plan = await PlanAsync(bench, node, unit, "s1");
        await bench.SnapAsync(node, unit, "s2");
        await bench.WriteAsync(node, unit, seed: 5);
        var before = await bench.DigestAsync(node, unit);
        Expect.Refused(
            await node.Snapshots.RollbackAsync(plan, unit.Grant, bench.Cancellation), "rolling back with an old plan", FaultCode.PreconditionFailed);
        Expect.Equal(before, await bench.DigestAsync(node, unit), "content after the refusal");
        var all = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal(2, all.Count, "snapshots after the refusal");
    }

    private static async Task NeedsWriterAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node, epoch: 5);
        await bench.SnapAsync(node, unit, "s1");
        var plan = await PlanAsync(bench, node, unit, "s1");
        Expect.Refused(
            await node.Snapshots.RollbackAsync(plan, TestBench.Grant(unit.Id, 4, node.Node), bench.Cancellation),
            "rolling back with a stale epoch", FaultCode.StaleEpoch, FaultCode.NotWriter);
    }

    private static async Task OverHoldAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        await bench.SnapAsync(node, unit, "s2");
        Expect.Ok(await node.Snapshots.HoldAsync(unit.Snapshot("s2"), "keeper", bench.Cancellation), "holding");
        var plan = await PlanAsync(bench, node, unit, "s1");
        if (!plan.DestroysSnapshots.Contains("s2"))
        {
            throw new CheckSkippedException("a rollback keeps newer snapshots here");
        }

        Expect.True(plan.Blockers.Any(b => b.Contains("s2", StringComparison.Ordinal)), "the plan does not name what is held");
        Expect.Refused(
            await node.Snapshots.RollbackAsync(plan, unit.Grant, bench.Cancellation),
            "rolling back over a hold", FaultCode.InUse, FaultCode.PreconditionFailed);
    }

    private static async Task MissingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Refused(
            await node.Snapshots.PlanRollbackAsync(unit.Snapshot("never"), bench.Cancellation), "planning to go back to nothing", FaultCode.NotFound);
    }

    private static async Task<RollbackPlan> PlanAsync(TestBench bench, TestNode node, TestUnit unit, string snapshot) =>
        Expect.Ok(await node.Snapshots.PlanRollbackAsync(unit.Snapshot(snapshot), bench.Cancellation), $"planning to go back to {snapshot}");
}
