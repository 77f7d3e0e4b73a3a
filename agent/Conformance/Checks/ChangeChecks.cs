using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Changed extents may be too many, never too few.</summary>
internal static class ChangeChecks
{
    private const Capabilities Changes = Capabilities.Volumes | Capabilities.Snapshots | Capabilities.ChangedExtents;

    public static IEnumerable<Check> All =>
    [
        new("changes_never_under_reported", "Whatever differs between two snapshots is within an extent.", Changes, NeverTooFewAsync),
        new("extents_are_well_formed", "Extents are ordered, apart, within the volume, and zero means zero.", Changes, WellFormedAsync),
        new("last_bytes_are_reported", "A change of the first and of the last byte is reported.", Changes, EdgesAsync),
        new("snapshot_view_is_frozen", "A snapshot's content does not change when the volume does.", Changes, FrozenAsync),
        new("changes_of_missing_snapshot", "Changes from or to what is not there are NotFound.", Changes, MissingAsync),
    ];

    private static async Task NeverTooFewAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        for (var seed = 0; seed < bench.Options.Seeds; seed++)
        {
            var unit = await bench.MakeUnitAsync(node, $"seed{seed}");
            await bench.WriteAsync(node, unit, seed, writes: 6);
            await bench.SnapAsync(node, unit, "s1");
            await bench.WriteAsync(node, unit, seed + 1000, writes: 1 + (seed % 5));
            await bench.SnapAsync(node, unit, "s2");
            await CompareAsync(bench, node, unit, "s1", "s2", seed);
            await CompareAsync(bench, node, unit, null, "s2", seed);
            Expect.Ok(await node.Volumes.DeleteAsync(unit.Volume, bench.Cancellation), "deleting");
        }
    }

    private static async Task CompareAsync(
        TestBench bench, TestNode node, TestUnit unit, string? from, string to, int seed)
    {
        var after = await ReadAsync(bench, node, unit, to);
        var before = from is null ? new byte[after.Length] : await ReadAsync(bench, node, unit, from);
        var rebuilt = new byte[after.Length];
        before.AsSpan(0, Math.Min(before.Length, after.Length)).CopyTo(rebuilt);
        foreach (var extent in await ListAsync(bench, node, unit, from, to))
        {
            after.AsSpan((int)extent.Offset, (int)extent.Length).CopyTo(rebuilt.AsSpan((int)extent.Offset));
        }

        var missed = rebuilt.AsSpan().CommonPrefixLength(after);
        Expect.True(missed == after.Length, $"seed {seed}, {from ?? "nothing"} to {to}: the byte at {missed} differs and is in no extent");
    }

    private static async Task WellFormedAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 1, writes: 10);
        await bench.SnapAsync(node, unit, "s1");
        await bench.WriteAsync(node, unit, seed: 2, writes: 10);
        await bench.SnapAsync(node, unit, "s2");
        var content = await ReadAsync(bench, node, unit, "s2");
        foreach (var from in new[] { null, "s1" })
        {
            long end = 0;
            foreach (var extent in await ListAsync(bench, node, unit, from, "s2"))
            {
                Expect.True(extent.Length > 0, "an extent is empty");
                Expect.True(extent.Offset >= end, $"the extent at {extent.Offset} overlaps or is out of order");
                end = extent.Offset + extent.Length;
                Expect.True(end <= content.Length, $"the extent at {extent.Offset} ends beyond the volume");
                var zero = !content.AsSpan((int)extent.Offset, (int)extent.Length).ContainsAnyExcept((byte)0);
                Expect.True(!extent.IsZero || zero, $"the extent at {extent.Offset} is called zero and is not");
            }
        }

        var same = await ListAsync(bench, node, unit, "s2", "s2");
        Expect.True(same.All(e => e.Length > 0), "an extent is empty");
    }

    private static async Task EdgesAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        if (unit.Spec.Kind != VolumeKind.Block)
        {
            throw new CheckSkippedException("there are no block volumes");
        }

        await bench.SnapAsync(node, unit, "s1");
        var volume = await bench.OpenedAsync(node, unit.Volume);
        await Content.WriteBlockAsync(volume, 0, [1], bench.Cancellation);
        await Content.WriteBlockAsync(volume, unit.Spec.Bytes - 1, [2], bench.Cancellation);
        await bench.SnapAsync(node, unit, "s2");
        var extents = await ListAsync(bench, node, unit, "s1", "s2");
        Expect.True(extents.Any(e => e.Offset == 0), "the first byte is in no extent");
        Expect.True(extents.Any(e => e.Offset + e.Length == unit.Spec.Bytes), "the last byte is in no extent");
    }

    private static async Task FrozenAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 3);
        await bench.SnapAsync(node, unit, "s1");
        var then = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await ReadAsync(bench, node, unit, "s1")));
        await bench.WriteAsync(node, unit, seed: 4);
        var now = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await ReadAsync(bench, node, unit, "s1")));
        Expect.Equal(then, now, "content of a snapshot after writing to the volume");
    }

    private static async Task MissingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        Expect.Refused(await node.Changes.ListAsync(unit.Volume, "never", "s1", bench.Cancellation), "changes from nothing", FaultCode.NotFound);
        Expect.Refused(await node.Changes.ListAsync(unit.Volume, null, "never", bench.Cancellation), "changes to nothing", FaultCode.NotFound);
        Expect.Refused(await node.Changes.OpenAsync(unit.Volume, "never", bench.Cancellation), "opening nothing", FaultCode.NotFound);
    }

    private static async Task<IReadOnlyList<Extent>> ListAsync(
        TestBench bench, TestNode node, TestUnit unit, string? from, string to) =>
        Expect.Ok(await node.Changes.ListAsync(unit.Volume, from, to, bench.Cancellation), "listing changes");

    private static async Task<byte[]> ReadAsync(TestBench bench, TestNode node, TestUnit unit, string snapshot)
    {
        await using var view = Expect.Ok(await node.Changes.OpenAsync(unit.Volume, snapshot, bench.Cancellation), "opening a snapshot");
        var bytes = new byte[view.Length];
        await view.ReadExactlyAsync(bytes, bench.Cancellation);
        Expect.True(view is { CanSeek: true, CanWrite: false }, "the view is not seekable or not read-only");
        return bytes;
    }
}
