using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Promotion and demotion.</summary>
internal static class RoleChecks
{
    private const Capabilities Roles = Capabilities.Volumes | Capabilities.Roles;

    public static IEnumerable<Check> All =>
    [
        new("promote_needs_grant", "Without the unit's own grant nothing is promoted.", Roles, NeedsGrantAsync),
        new("promote_stale_epoch_refused", "A lower epoch than seen is StaleEpoch, also after opening again.", Roles, StaleAsync),
        new("promote_twice_is_one", "Promoting twice at one epoch is done and changes nothing.", Roles, TwiceAsync),
        new("promote_newer_epoch_is_kept", "A newer epoch is stored.", Roles, NewerAsync),
        new("demote_without_promote_ok", "Demoting what is no writer is done.", Roles, DemoteTwiceAsync),
        new("demote_while_busy_says_busy", "Demoting what is open is InUse, and the unit stays writable.", Roles, DemoteBusyAsync),
        new("demote_then_promote_keeps_content", "Nothing is lost by demoting and promoting again.", Roles, RoundTripAsync),
        new("plan_promote_changes_nothing", "Planning a promotion changes nothing and claims no proof.", Roles, PlanAsync),
    ];

    private static async Task NeedsGrantAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting");
        var other = await bench.MakeUnitAsync(node, "other");
        Expect.Ok(await node.Roles.PromoteAsync(other.Grant, null, bench.Cancellation), "promoting the other unit");
        var role = await RoleAsync(bench, node, unit.Id);
        Expect.Equal(Role.Reader, role.Role, "role after another unit was promoted");
        Expect.Refused(
            await node.Volumes.CreateAsync(bench.Spec(node, unit.Id, "more"), other.Grant, bench.Cancellation),
            "changing a unit with another unit's grant");
    }

    private static async Task StaleAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node, epoch: 5);
        var stale = TestBench.Grant(unit.Id, 4, node.Node);
        Expect.Refused(await node.Roles.PromoteAsync(stale, null, bench.Cancellation), "promoting with a stale epoch", FaultCode.StaleEpoch);
        Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting");
        Expect.Refused(await node.Roles.PromoteAsync(stale, null, bench.Cancellation), "promoting after demotion", FaultCode.StaleEpoch);
        await node.DisposeAsync();
        var again = await bench.OpenAsync();
        Expect.Refused(await again.Roles.PromoteAsync(stale, null, bench.Cancellation), "promoting after opening again", FaultCode.StaleEpoch);
        var role = await RoleAsync(bench, again, unit.Id);
        Expect.Equal(Role.Reader, role.Role, "role after the refusals");
        Expect.Equal(new Epoch(5), role.Epoch, "epoch after the refusals");
    }

    private static async Task TwiceAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node, epoch: 3);
        await bench.WriteAsync(node, unit, seed: 1);
        var before = await bench.DigestAsync(node, unit);
        var first = Expect.Ok(await node.Roles.PromoteAsync(unit.Grant, null, bench.Cancellation), "promoting again");
        Expect.Equal(Role.Writer, first.Role, "role");
        Expect.Equal(new Epoch(3), first.Epoch, "epoch");
        Expect.Equal(before, await bench.DigestAsync(node, unit), "content");
    }

    private static async Task NewerAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node, epoch: 3);
        var report = Expect.Ok(
            await node.Roles.PromoteAsync(TestBench.Grant(unit.Id, 9, node.Node), null, bench.Cancellation), "promoting at a newer epoch");
        Expect.Equal(new Epoch(9), report.Epoch, "epoch reported");
        Expect.Equal(new Epoch(9), (await RoleAsync(bench, node, unit.Id)).Epoch, "epoch stored");
        Expect.Refused(await node.Roles.PromoteAsync(unit.Grant, null, bench.Cancellation), "promoting at the old epoch", FaultCode.StaleEpoch);
    }

    private static async Task DemoteTwiceAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        for (var time = 1; time <= 2; time++)
        {
            var report = Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), $"demoting, time {time}");
            Expect.Equal(Role.Reader, report.Role, $"role after demotion {time}");
        }

        var absent = Expect.Ok(await node.Roles.DemoteAsync(bench.Unit("never"), null, bench.Cancellation), "demoting what is not there");
        Expect.Equal(Role.Absent, absent.Role, "role of what is not there");
    }

    private static async Task DemoteBusyAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var volume = await bench.OpenedAsync(node, unit.Volume);
        await using (var open = unit.Spec.Kind == VolumeKind.Block
            ? await volume.OpenAsync(FileAccess.ReadWrite, bench.Cancellation)
            : new FileStream(Path.Combine(volume.Path, "open"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            var fault = Expect.Refused(
                await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting what is open for writing", FaultCode.InUse);
            Expect.True(fault.Facts.Count > 0, "the facts do not name the users");
            Expect.Equal(Role.Writer, (await RoleAsync(bench, node, unit.Id)).Role, "role after the refusal");
            await open.WriteAsync(new byte[] { 1 }, bench.Cancellation);
            await open.FlushAsync(bench.Cancellation);
        }

        await bench.WriteAsync(node, unit, seed: 2);
        Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting when it is closed");
    }

    private static async Task RoundTripAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 3);
        var before = await bench.DigestAsync(node, unit);
        Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting");
        Expect.Ok(await node.Roles.PromoteAsync(TestBench.Grant(unit.Id, 2, node.Node), null, bench.Cancellation), "promoting");
        Expect.Equal(before, await bench.DigestAsync(node, unit), "content");
        await bench.WriteAsync(node, unit, seed: 4);
    }

    private static async Task PlanAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Ok(await node.Roles.DemoteAsync(unit.Id, null, bench.Cancellation), "demoting");
        var before = await RoleAsync(bench, node, unit.Id);
        var plan = Expect.Ok(await node.Roles.PlanPromoteAsync(unit.Id, bench.Cancellation), "planning");
        Expect.Equal(before, await RoleAsync(bench, node, unit.Id), "role after planning");
        Expect.True(plan.Loss.Evidence.Length > 0, "the loss rests on nothing");
        Expect.True(
            plan.Loss.Confidence != LossConfidence.ProvenZero || node.Has(Capabilities.SharedCopy) || node.Has(Capabilities.ReplicationStatus),
            "no loss is claimed as proven by a backend that sends streams");
    }

    private static async Task<RoleReport> RoleAsync(TestBench bench, TestNode node, UnitId unit) =>
        Expect.Ok(await node.Roles.GetRoleAsync(unit, bench.Cancellation), "reading the role");
}
