using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Opening, closing, and leaving no trace.</summary>
internal static class LifecycleChecks
{
    public static IEnumerable<Check> All =>
    [
        new("dispose_twice", "A backend can be disposed twice and unused.", Capabilities.None, DisposeTwiceAsync),
        new("stop_start_stop", "A backend can be opened again after it was disposed, over the same storage.", Capabilities.None, StopStartAsync),
        new("nothing_outside_state_dir", "No file is written outside the folders that were given.", Capabilities.Volumes, NothingOutsideAsync),
        new("faults_are_honest", "Every fault says what, why and what to do.", Capabilities.Volumes, HonestAsync),
        new("parallel_looks_do_not_disturb", "Sixteen looks at once all succeed.", Capabilities.Volumes, ParallelAsync),
        new("parallel_creates_make_one", "Eight equal creations at once make one volume.", Capabilities.Volumes, ParallelCreatesAsync),
    ];

    private static async Task DisposeTwiceAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        await node.DisposeAsync();
        await node.DisposeAsync();
    }

    private static async Task StopStartAsync(TestBench bench)
    {
        for (var time = 0; time < 3; time++)
        {
            var node = await bench.OpenAsync();
            Expect.Ok(await node.Backend.ProbeAsync(bench.Cancellation), $"probing, time {time + 1}");
            await node.DisposeAsync();
        }
    }

    private static async Task NothingOutsideAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        if (node.Has(Capabilities.Snapshots))
        {
            await bench.SnapAsync(node, unit, "s1");
        }

        var seat = node.Seating;
        var outside = Directory.EnumerateFileSystemEntries(bench.Folder)
            .Where(entry => entry != seat.StorageFolder && entry != seat.StateDirectory).ToList();
        Expect.Equal("", string.Join(' ', outside), "files outside the given folders");
    }

    private static async Task HonestAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = bench.Unit("never");
        var spec = bench.Spec(node, unit);
        var grant = TestBench.Grant(unit, 1, node.Node);
        Expect.Refused(await node.Volumes.GetAsync(spec.Id, bench.Cancellation), "getting nothing");
        Expect.Refused(await node.Volumes.CreateAsync(spec with { Bytes = -5 }, grant, bench.Cancellation), "creating a negative size");
        Expect.Refused(
            await node.Volumes.CreateAsync(spec with { Properties = new Dictionary<string, string> { ["no such"] = "x" } }, grant, bench.Cancellation),
            "creating with an unknown property");
        if (node.Has(Capabilities.Snapshots))
        {
            Expect.Refused(await node.Snapshots.CreateAsync(new SnapshotId(unit, "s"), grant, bench.Cancellation), "a snapshot of nothing");
        }

        if (node.Has(Capabilities.Roles))
        {
            Expect.Refused(await node.Roles.PlanPromoteAsync(unit, bench.Cancellation), "planning to promote nothing");
        }
    }

    private static async Task ParallelAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var looks = Enumerable.Range(0, 16).Select(_ => node.Volumes.GetAsync(unit.Volume, bench.Cancellation));
        foreach (var look in await Task.WhenAll(looks))
        {
            Expect.Ok(look, "getting, sixteen at once");
        }
    }

    private static async Task ParallelCreatesAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = bench.Unit("race");
        var spec = bench.Spec(node, unit);
        var grant = TestBench.Grant(unit, 1, node.Node);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.Volumes.CreateAsync(spec, grant, bench.Cancellation)));
        Expect.True(all.Any(one => one.IsOk), $"none of eight creations succeeded: {all[0].Fault}");
        Expect.True(all.All(one => one.IsOk || one.Fault.Code == FaultCode.Busy), "a creation at the same time is neither done nor Busy");
        var listed = Expect.Ok(await node.Volumes.ListAsync(bench.Cancellation), "listing");
        Expect.Equal(1, listed.Count(v => v.Id == spec.Id), "volumes of that name");
    }
}
