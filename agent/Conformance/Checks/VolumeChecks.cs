using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Making, growing, listing and deleting volumes.</summary>
internal static class VolumeChecks
{
    public static IEnumerable<Check> All =>
    [
        new("create_is_idempotent", "The same creation three times gives the same volume and keeps its content.", Capabilities.Volumes, CreateTwiceAsync),
        new("same_name_other_size_conflicts", "The same name with another size is AlreadyExists.", Capabilities.Volumes, OtherSizeAsync),
        new("create_needs_the_units_grant", "A grant for another unit does not allow creation.", Capabilities.Volumes, OtherGrantAsync),
        new("impossible_size_refused", "A negative size is refused.", Capabilities.Volumes, ImpossibleSizeAsync),
        new("unclaimed_kind_refused", "A kind of volume that is not claimed is Unsupported.", Capabilities.Volumes, UnclaimedKindAsync),
        new("content_is_kept", "What was written is there after the backend is opened again.", Capabilities.Volumes, ContentIsKeptAsync),
        new("delete_missing_is_ok", "Deleting what is not there is done.", Capabilities.Volumes, DeleteMissingAsync),
        new("delete_is_complete", "A deleted volume is not listed, not found and can be made anew, empty.", Capabilities.Volumes, DeleteIsCompleteAsync),
        new("get_missing_is_not_found", "Getting what is not there is NotFound.", Capabilities.Volumes, GetMissingAsync),
        new("list_and_get_agree", "Every volume listed can be got and is the same; the list is ordered.", Capabilities.Volumes, ListAndGetAsync),
        new("expand_grows_and_keeps", "A grown volume has the new size and the old content.", Capabilities.Volumes | Capabilities.Expand, ExpandAsync),
        new("expand_to_equal_is_done", "Growing to the present size is done.", Capabilities.Volumes | Capabilities.Expand, ExpandEqualAsync),
        new("shrink_is_out_of_range", "Shrinking is OutOfRange and changes nothing.", Capabilities.Volumes | Capabilities.Expand, ShrinkAsync),
    ];

    private static async Task CreateTwiceAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 1);
        var before = await bench.DigestAsync(node, unit);
        var first = Expect.Ok(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting");
        for (var time = 2; time <= 3; time++)
        {
            var again = Expect.Ok(await node.Volumes.CreateAsync(unit.Spec, unit.Grant, bench.Cancellation), $"creating, time {time}");
            Expect.Equal(first with { UsedBytes = null }, again with { UsedBytes = null }, $"volume after creation {time}");
        }

        Expect.Equal(before, await bench.DigestAsync(node, unit), "content after creating again");
    }

    private static async Task OtherSizeAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Refused(
            await node.Volumes.CreateAsync(unit.Spec with { Bytes = 2 * unit.Spec.Bytes }, unit.Grant, bench.Cancellation),
            "creating with another size", FaultCode.AlreadyExists);
        var now = Expect.Ok(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting");
        Expect.Equal(unit.Spec.Bytes, now.Bytes, "size after the refusal");
    }

    private static async Task OtherGrantAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = bench.Unit("mine");
        var other = TestBench.Grant(bench.Unit("other"), 1, node.Node);
        Expect.Refused(await node.Volumes.CreateAsync(bench.Spec(node, unit), other, bench.Cancellation), "creating with another unit's grant");
    }

    private static async Task ImpossibleSizeAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = bench.Unit("impossible");
        Expect.Refused(
            await node.Volumes.CreateAsync(
                bench.Spec(node, unit) with { Bytes = -1 }, TestBench.Grant(unit, 1, node.Node), bench.Cancellation),
            "creating with a negative size", FaultCode.OutOfRange, FaultCode.InvalidArgument);
    }

    private static async Task UnclaimedKindAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = bench.Unit("kind");
        VolumeKind? unclaimed = !node.Has(Capabilities.FilesystemVolumes) ? VolumeKind.Filesystem
            : !node.Has(Capabilities.BlockVolumes) ? VolumeKind.Block
            : null;
        if (unclaimed is not { } kind)
        {
            throw new CheckSkippedException("both kinds are claimed");
        }

        Expect.Refused(
            await node.Volumes.CreateAsync(
                bench.Spec(node, unit) with { Kind = kind }, TestBench.Grant(unit, 1, node.Node), bench.Cancellation),
            $"creating a {kind} volume", FaultCode.Unsupported);
    }

    private static async Task ContentIsKeptAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 2);
        var before = await bench.DigestAsync(node, unit);
        await node.DisposeAsync();
        var again = await bench.OpenAsync();
        if (again.Has(Capabilities.Roles))
        {
            Expect.Ok(await again.Roles.PromoteAsync(unit.Grant, null, bench.Cancellation), "promoting after opening again");
        }

        Expect.Equal(before, await bench.DigestAsync(again, unit), "content after opening again");
    }

    private static async Task DeleteMissingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Ok(await node.Volumes.DeleteAsync(new VolumeId(bench.Unit("never"), "data"), bench.Cancellation), "deleting from no unit");
        Expect.Ok(await node.Volumes.DeleteAsync(new VolumeId(unit.Id, "never"), bench.Cancellation), "deleting what never was");
        Expect.Ok(await node.Volumes.DeleteAsync(unit.Volume, bench.Cancellation), "deleting");
        Expect.Ok(await node.Volumes.DeleteAsync(unit.Volume, bench.Cancellation), "deleting again");
    }

    private static async Task DeleteIsCompleteAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var empty = await bench.DigestAsync(node, unit);
        await bench.WriteAsync(node, unit, seed: 3);
        if (node.Has(Capabilities.Snapshots))
        {
            await bench.SnapAsync(node, unit, "s1");
        }

        Expect.Ok(await node.Volumes.DeleteAsync(unit.Volume, bench.Cancellation), "deleting");
        Expect.Refused(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting what was deleted", FaultCode.NotFound);
        var all = Expect.Ok(await node.Volumes.ListAsync(bench.Cancellation), "listing");
        Expect.True(all.All(v => v.Id != unit.Volume), "a deleted volume is still listed");
        Expect.Ok(await node.Volumes.CreateAsync(unit.Spec, unit.Grant, bench.Cancellation), "creating anew");
        Expect.Equal(empty, await bench.DigestAsync(node, unit), "content of the new volume");
        if (node.Has(Capabilities.Snapshots))
        {
            var left = Expect.Ok(await node.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing snapshots");
            Expect.Equal(0, left.Count, "snapshots of the new volume");
        }
    }

    private static async Task GetMissingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Refused(await node.Volumes.GetAsync(new VolumeId(unit.Id, "never"), bench.Cancellation), "getting what never was", FaultCode.NotFound);
        Expect.Refused(
            await node.Volumes.GetAsync(new VolumeId(bench.Unit("never"), "data"), bench.Cancellation), "getting from no unit", FaultCode.NotFound);
    }

    private static async Task ListAndGetAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node, "b");
        await bench.MakeUnitAsync(node, "a");
        Expect.Ok(await node.Volumes.CreateAsync(bench.Spec(node, unit.Id, "more"), unit.Grant, bench.Cancellation), "a second volume");
        var all = Expect.Ok(await node.Volumes.ListAsync(bench.Cancellation), "listing");
        var order = all.Select(v => v.Id.ToString()).ToList();
        Expect.Equal(string.Join(' ', order.Order(StringComparer.Ordinal)), string.Join(' ', order), "order of the list");
        Expect.True(all.Count >= 3, $"three volumes were made, {all.Count} are listed");
        foreach (var listed in all)
        {
            var got = Expect.Ok(await node.Volumes.GetAsync(listed.Id, bench.Cancellation), $"getting {listed.Id}");
            Expect.Equal(listed with { UsedBytes = null }, got with { UsedBytes = null }, $"{listed.Id} got and listed");
        }
    }

    private static async Task ExpandAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.WriteAsync(node, unit, seed: 4);
        var head = await HeadOfAsync(bench, node, unit);
        var grown = Expect.Ok(
            await node.Volumes.ExpandAsync(unit.Volume, 2 * unit.Spec.Bytes, unit.Grant, bench.Cancellation), "growing");
        Expect.Equal(2 * unit.Spec.Bytes, grown.Bytes, "size after growing");
        var now = Expect.Ok(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting");
        Expect.Equal(2 * unit.Spec.Bytes, now.Bytes, "size when looked at");
        Expect.Equal(head, await HeadOfAsync(bench, node, unit), "old content after growing");
    }

    private static async Task<string> HeadOfAsync(TestBench bench, TestNode node, TestUnit unit)
    {
        var volume = await bench.OpenedAsync(node, unit.Volume);
        if (unit.Spec.Kind != VolumeKind.Block)
        {
            return await Content.DigestAsync(volume, unit.Spec, bench.Cancellation);
        }

        var bytes = new byte[unit.Spec.Bytes];
        await using var file = await volume.OpenAsync(FileAccess.Read, bench.Cancellation);
        await file.ReadExactlyAsync(bytes, bench.Cancellation);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes));
    }

    private static async Task ExpandEqualAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var same = Expect.Ok(
            await node.Volumes.ExpandAsync(unit.Volume, unit.Spec.Bytes, unit.Grant, bench.Cancellation), "growing to the present size");
        Expect.Equal(unit.Spec.Bytes, same.Bytes, "size");
        Expect.Refused(
            await node.Volumes.ExpandAsync(new VolumeId(unit.Id, "never"), 1 << 24, unit.Grant, bench.Cancellation),
            "growing what is not there", FaultCode.NotFound);
    }

    private static async Task ShrinkAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        Expect.Refused(
            await node.Volumes.ExpandAsync(unit.Volume, unit.Spec.Bytes / 2, unit.Grant, bench.Cancellation), "shrinking", FaultCode.OutOfRange);
        var now = Expect.Ok(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting");
        Expect.Equal(unit.Spec.Bytes, now.Bytes, "size after the refusal");
    }
}
