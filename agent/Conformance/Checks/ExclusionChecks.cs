using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Never two writers.</summary>
internal static class ExclusionChecks
{
    private const Capabilities Roles = Capabilities.Volumes | Capabilities.Roles;

    public static IEnumerable<Check> All =>
    [
        new("two_instances_never_both_write", "Of two instances over one storage at most one can change a unit.", Roles, TwoInstancesAsync),
        new("fence_then_write_refused", "After demotion neither services nor old grants can write.", Roles, DemotedRefusesAsync),
        new("reader_changes_nothing", "A copy's node cannot create, grow or snapshot.", Roles | Capabilities.ReplicationStreams, ReaderAsync),
        new("kill_between_promote_and_reply_then_observe_tells_truth",
            "A promotion cut off anywhere leaves a role that is true and can be promoted again.", Roles, CutPromotionAsync),
    ];

    private static async Task TwoInstancesAsync(TestBench bench)
    {
        var first = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(first);
        var second = await bench.OpenAsync();
        var newer = TestBench.Grant(unit.Id, 2, second.Node);
        var promoted = await second.Roles.PromoteAsync(newer, null, bench.Cancellation);
        var byFirst = await first.Volumes.CreateAsync(bench.Spec(first, unit.Id, "one"), unit.Grant, bench.Cancellation);
        var bySecond = await second.Volumes.CreateAsync(bench.Spec(second, unit.Id, "two"), newer, bench.Cancellation);
        Expect.True(!(byFirst.IsOk && bySecond.IsOk), "both instances changed the unit");
        if (promoted.IsOk)
        {
            Expect.Refused(byFirst, "changing with the older epoch after a newer one", FaultCode.StaleEpoch, FaultCode.NotWriter);
        }
        else
        {
            Expect.Refused(
                promoted, "promoting a second instance",
                FaultCode.InUse, FaultCode.Busy, FaultCode.FenceRequired, FaultCode.PreconditionFailed);
            Expect.Ok(byFirst, "changing on the instance that is the writer");
        }
    }

    private static async Task DemotedRefusesAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 1);
        var volume = await bench.OpenedAsync(node, unit.Volume);
        Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting");
        Expect.True(await Content.RefusesWritesAsync(volume, unit.Spec, bench.Cancellation), "a service can still write after demotion");
        Expect.Refused(
            await node.Volumes.CreateAsync(bench.Spec(node, unit.Id, "more"), unit.Grant, bench.Cancellation),
            "creating after demotion", FaultCode.NotWriter, FaultCode.StaleEpoch);
        if (node.Has(Capabilities.Snapshots))
        {
            Expect.Refused(
                await node.Snapshots.CreateAsync(unit.Snapshot("late"), unit.Grant, bench.Cancellation),
                "a snapshot after demotion", FaultCode.NotWriter, FaultCode.StaleEpoch);
        }
    }

    private static async Task ReaderAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var grant = TestBench.Grant(pair.Unit.Id, 1, pair.Copy.Node);
        Expect.Refused(
            await pair.Copy.Volumes.CreateAsync(bench.Spec(pair.Copy, pair.Unit.Id, "more"), grant, bench.Cancellation),
            "creating on a copy", FaultCode.NotWriter, FaultCode.StaleEpoch);
        Expect.Refused(
            await pair.Copy.Snapshots.CreateAsync(pair.Unit.Snapshot("late"), grant, bench.Cancellation),
            "a snapshot on a copy", FaultCode.NotWriter, FaultCode.StaleEpoch);
        var role = Expect.Ok(await pair.Copy.Roles.GetRoleAsync(pair.Unit.Id, bench.Cancellation), "reading the role");
        Expect.Equal(Role.Reader, role.Role, "role of a copy");
    }

    private static async Task CutPromotionAsync(TestBench bench)
    {
        for (var cut = 0; cut < 12; cut++)
        {
            var node = await bench.OpenAsync();
            var unit = await bench.MakeUnitAsync(node, $"cut{cut}");
            await bench.WriteAsync(node, unit, seed: cut);
            var before = await bench.DigestAsync(node, unit);
            Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting");
            var grant = TestBench.Grant(unit.Id, 2, node.Node);
            await Interruption.RunAsync(node, cut, (progress, token) => node.Roles.PromoteAsync(grant, progress, token), bench);
            await node.DisposeAsync();

            var again = await bench.OpenAsync();
            var role = Expect.Ok(await again.Roles.GetRoleAsync(unit.Id, bench.Cancellation), "reading the role after a cut");
            Expect.True(role.Role != Role.Absent, "a unit whose promotion was cut off is reported absent");
            Expect.True(role.Role != Role.Writer || role.Epoch == new Epoch(2), $"writer at epoch {role.Epoch} after a cut promotion at 2");
            Expect.Ok(await again.Roles.PromoteAsync(grant, null, bench.Cancellation), "promoting after a cut");
            Expect.Equal(before, await bench.DigestAsync(again, unit), "content after a cut promotion");
            await again.DisposeAsync();
        }
    }
}
