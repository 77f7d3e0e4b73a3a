using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Snapshots, holds and clones.</summary>
internal static class SnapshotChecks
{
    private const Capabilities Snapshots = Capabilities.Volumes | Capabilities.Snapshots;

    public static IEnumerable<Check> All =>
    [
        new("snapshot_is_idempotent", "The same name again is the same snapshot.", Snapshots, IdempotentAsync),
        new("snapshots_are_listed_in_order", "Snapshots are listed oldest first, each with its own identity.", Snapshots, OrderAsync),
        new("snapshot_covers_every_volume", "A snapshot has an identity for every volume of the unit.", Snapshots, CoversAsync),
        new("snapshot_delete_missing_is_ok", "Deleting snapshots that are not there is done.", Snapshots, DeleteMissingAsync),
        new("snapshot_delete_deletes_only_those", "Only the named snapshots go.", Snapshots, DeleteOnlyAsync),
        new("hold_prevents_delete", "A held snapshot is InUse with its holders named; released, it goes.", Snapshots | Capabilities.Holds, HoldAsync),
        new("hold_prevents_volume_delete", "A volume with a held snapshot is InUse and nothing is deleted.", Snapshots | Capabilities.Holds, HoldVolumeAsync),
        new("hold_twice_release_twice", "Holding twice and releasing twice are done.", Snapshots | Capabilities.Holds, HoldTwiceAsync),
        new("hold_of_missing_is_not_found", "What is not there cannot be held.", Snapshots | Capabilities.Holds, HoldMissingAsync),
        new("clone_has_the_content", "A clone has the snapshot's content, and writing to it changes nothing else.", Snapshots | Capabilities.Clone, CloneAsync),
        new("clone_is_idempotent", "The same clone again is done; over another unit it is AlreadyExists.", Snapshots | Capabilities.Clone, CloneTwiceAsync),
    ];

    private static async Task IdempotentAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var first = await bench.SnapAsync(node, unit, "s1");
        await bench.WriteAsync(node, unit, seed: 1);
        var second = await bench.SnapAsync(node, unit, "s1");
        Expect.Equal(first.Guids["data"], second.Guids["data"], "identity when made again");
        var all = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal(1, all.Count, "number of snapshots");
    }

    private static async Task OrderAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        string[] names = ["z", "m", "a", "k"];
        foreach (var name in names)
        {
            await bench.SnapAsync(node, unit, name);
        }

        var all = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal(string.Join(' ', names), string.Join(' ', all.Select(s => s.Id.Name)), "order");
        Expect.Equal(names.Length, all.Select(s => s.Guids["data"]).Distinct().Count(), "number of identities");
        var none = Expect.Ok(await node.Snapshots.ListAsync(bench.Unit("never"), bench.Cancellation), "listing of no unit");
        Expect.Equal(0, none.Count, "snapshots of a unit that is not there");
    }

    private static async Task CoversAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Ok(await node.Volumes.CreateAsync(bench.Spec(node, unit.Id, "log"), unit.Grant, bench.Cancellation), "a second volume");
        var snapshot = await bench.SnapAsync(node, unit, "s1");
        Expect.Equal("data log", string.Join(' ', snapshot.Guids.Keys.Order(StringComparer.Ordinal)), "volumes in the snapshot");
        Expect.True(snapshot.Guids.Values.All(g => g.Length > 0), "an identity is empty");
    }

    private static async Task DeleteMissingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Ok(await node.Snapshots.DeleteAsync(unit.Id, ["never"], bench.Cancellation), "deleting what is not there");
        Expect.Ok(await node.Snapshots.DeleteAsync(bench.Unit("never"), ["s"], bench.Cancellation), "deleting of no unit");
        Expect.Ok(await node.Snapshots.DeleteAsync(unit.Id, [], bench.Cancellation), "deleting none");
    }

    private static async Task DeleteOnlyAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        foreach (var name in new[] { "s1", "s2", "s3", "s10" })
        {
            await bench.SnapAsync(node, unit, name);
        }

        Expect.Ok(await node.Snapshots.DeleteAsync(unit.Id, ["s1", "s3", "never"], bench.Cancellation), "deleting two");
        var all = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal("s2 s10", string.Join(' ', all.Select(s => s.Id.Name)), "what is left");
    }

    private static async Task HoldAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        Expect.Ok(await node.Snapshots.HoldAsync(unit.Snapshot("s1"), "keeper", bench.Cancellation), "holding");
        var fault = Expect.Refused(
            await node.Snapshots.DeleteAsync(unit.Id, ["s1"], bench.Cancellation), "deleting what is held", FaultCode.InUse);
        Expect.True(fault.Facts.Values.Any(f => f.Contains("keeper", StringComparison.Ordinal)), "the facts do not name the holder");
        var all = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.True(all.Any(s => s.Id.Name == "s1" && s.Holds.Contains("keeper")), "a held snapshot is gone, or its hold is not shown");
        Expect.Ok(await node.Snapshots.ReleaseAsync(unit.Snapshot("s1"), "keeper", bench.Cancellation), "releasing");
        Expect.Ok(await node.Snapshots.DeleteAsync(unit.Id, ["s1"], bench.Cancellation), "deleting what was released");
    }

    private static async Task HoldVolumeAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        await bench.SnapAsync(node, unit, "s2");
        Expect.Ok(await node.Snapshots.HoldAsync(unit.Snapshot("s1"), "keeper", bench.Cancellation), "holding");
        var fault = Expect.Refused(await node.Volumes.DeleteAsync(unit.Volume, bench.Cancellation), "deleting a volume that is held", FaultCode.InUse);
        Expect.True(fault.Facts.Values.Any(f => f.Contains("keeper", StringComparison.Ordinal)), "the facts do not name the holder");
        var all = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal(2, all.Count, "snapshots after the refusal");
        Expect.Ok(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting after the refusal");
    }

    private static async Task HoldTwiceAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        for (var time = 1; time <= 2; time++)
        {
            Expect.Ok(await node.Snapshots.HoldAsync(unit.Snapshot("s1"), "keeper", bench.Cancellation), $"holding, time {time}");
        }

        var all = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal(1, all[0].Holds.Count(h => h == "keeper"), "times that the hold is shown");
        for (var time = 1; time <= 2; time++)
        {
            Expect.Ok(await node.Snapshots.ReleaseAsync(unit.Snapshot("s1"), "keeper", bench.Cancellation), $"releasing, time {time}");
        }
    }

    private static async Task HoldMissingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Refused(
            await node.Snapshots.HoldAsync(unit.Snapshot("never"), "keeper", bench.Cancellation), "holding what is not there", FaultCode.NotFound);
        Expect.Ok(await node.Snapshots.ReleaseAsync(unit.Snapshot("never"), "keeper", bench.Cancellation), "releasing what is not there");
    }

    private static async Task CloneAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 5);
        var then = await bench.DigestAsync(node, unit);
        await bench.SnapAsync(node, unit, "s1");
        await bench.WriteAsync(node, unit, seed: 6);
        var head = await bench.DigestAsync(node, unit);
        var clone = await CloneOfAsync(bench, node, unit, "s1");
        Expect.Equal(then, await bench.DigestAsync(node, clone), "content of the clone");
        await bench.WriteAsync(node, clone, seed: 7);
        Expect.Equal(head, await bench.DigestAsync(node, unit), "content of the original after writing to the clone");
    }

    private static async Task CloneTwiceAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        var clone = await CloneOfAsync(bench, node, unit, "s1");
        await bench.WriteAsync(node, clone, seed: 8);
        var written = await bench.DigestAsync(node, clone);
        Expect.Ok(await node.Snapshots.CloneAsync(unit.Snapshot("s1"), clone.Id, clone.Grant, bench.Cancellation), "cloning again");
        Expect.Equal(written, await bench.DigestAsync(node, clone), "content of the clone after cloning again");
        var other = await bench.MakeUnitAsync(node, "other");
        Expect.Refused(
            await node.Snapshots.CloneAsync(unit.Snapshot("s1"), other.Id, other.Grant, bench.Cancellation),
            "cloning over another unit", FaultCode.AlreadyExists);
        Expect.Refused(
            await node.Snapshots.CloneAsync(
                unit.Snapshot("never"), bench.Unit("c2"), TestBench.Grant(bench.Unit("c2"), 1, node.Node), bench.Cancellation),
            "cloning what is not there", FaultCode.NotFound);
    }

    private static async Task<TestUnit> CloneOfAsync(TestBench bench, TestNode node, TestUnit unit, string snapshot)
    {
        var id = bench.Unit("clone");
        var grant = TestBench.Grant(id, 1, node.Node);
        Expect.Ok(await node.Snapshots.CloneAsync(unit.Snapshot(snapshot), id, grant, bench.Cancellation), "cloning");
        if (node.Has(Capabilities.Roles))
        {
            Expect.Ok(await node.Roles.PromoteAsync(grant, null, bench.Cancellation), "promoting the clone");
        }

        var spec = bench.Spec(node, id);
        return new TestUnit(id, spec.Id, spec, grant);
    }
}
