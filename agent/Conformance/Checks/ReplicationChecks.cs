using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Copies that are what the writer's snapshot was.</summary>
internal static class ReplicationChecks
{
    internal const Capabilities Streams =
        Capabilities.Volumes | Capabilities.Snapshots | Capabilities.Roles | Capabilities.ReplicationStreams;

    public static IEnumerable<Check> All =>
    [
        new("replicate_whole_volume", "A whole stream makes an equal copy with the same identity.", Streams, WholeAsync),
        new("replicate_increment", "Increments one after the other make an equal copy.", Streams, IncrementAsync),
        new("replicate_empty_increment", "An increment without changes makes the snapshot on the copy.", Streams, EmptyAsync),
        new("replicate_skipping_snapshots", "An increment may skip snapshots in between.", Streams, SkippingAsync),
        new("replicate_after_growth", "A grown volume arrives with its new size.", Streams | Capabilities.Expand, GrowthAsync),
        new("replicate_several_volumes", "A snapshot counts on the copy only when all its volumes are there.", Streams, SeveralAsync),
        new("receive_twice_is_one", "The same stream again is done with the same receipt.", Streams, TwiceAsync),
        new("receipt_is_read_back", "The receipt's identity is in the copy's history.", Streams, ReadBackAsync),
        new("prune_then_increment_from_anchor", "With an anchor, an increment works after the writer's snapshot is gone.", Streams, AnchorAsync),
        new("anchor_on_copy_keeps_its_start", "An anchored snapshot on the copy is not lost by deleting.", Streams, CopyAnchorAsync),
        new("changes_are_seen", "A write since the newest snapshot is never answered with No.", Streams, ChangesAsync),
        new("history_of_nothing", "A unit that is not there has an empty history.", Streams, NothingAsync),
        new("history_tells_role_and_epoch", "The history tells role and epoch on either side.", Streams, HistoryAsync),
        new("planned_move_there_and_back", "Writer and copy change places twice without losing a write.", Streams, MoveAsync),
    ];

    private static async Task WholeAsync(TestBench bench)
    {
        var writer = await bench.OpenAsync("a");
        var copy = await bench.OpenAsync("b");
        Expect.Equal(writer.Streams.Format, copy.Streams.Format, "format on the other node");
        var pair = await ReplicatedPair.MakeAsync(bench);
        var onCopy = Expect.Ok(await pair.Copy.Snapshots.ListAsync(pair.Unit.Id, bench.Cancellation), "listing on the copy");
        Expect.Equal("s1", string.Join(' ', onCopy.Select(s => s.Id.Name)), "snapshots on the copy");
        var here = Expect.Ok(await pair.Writer.Snapshots.ListAsync(pair.Unit.Id, bench.Cancellation), "listing on the writer");
        Expect.Equal(here[0].Guids["data"], onCopy[0].Guids["data"], "identity on the copy");
        var expected = await bench.DigestAsync(pair.Writer, pair.Unit);
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task IncrementAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var expected = "";
        for (var step = 2; step <= 5; step++)
        {
            expected = await pair.AdvanceAsync(step, $"s{step}");
            await pair.Wire.ReplicateAsync($"s{step - 1}", $"s{step}");
        }

        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task EmptyAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await bench.SnapAsync(pair.Writer, pair.Unit, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        Expect.True(bytes.Length < bench.VolumeBytes / 4, $"an increment without changes takes {bytes.Length} bytes");
        Expect.Ok(await pair.Wire.ReceiveAsync(step, bytes), "receiving an empty increment");
        var expected = await bench.DigestAsync(pair.Writer, pair.Unit);
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task SkippingAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        await pair.AdvanceAsync(3, "s3");
        var expected = await pair.AdvanceAsync(4, "s4");
        await pair.Wire.ReplicateAsync("s1", "s4");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task GrowthAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        Expect.Ok(
            await pair.Writer.Volumes.ExpandAsync(pair.Unit.Volume, 2 * bench.VolumeBytes, pair.Unit.Grant, bench.Cancellation), "growing");
        var expected = await pair.AdvanceAsync(2, "s2");
        await pair.Wire.ReplicateAsync("s1", "s2");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
        var grown = Expect.Ok(await pair.Copy.Volumes.GetAsync(pair.Unit.Volume, bench.Cancellation), "getting on the copy");
        Expect.Equal(2 * bench.VolumeBytes, grown.Bytes, "size on the copy");
    }

    private static async Task SeveralAsync(TestBench bench)
    {
        var writer = await bench.OpenAsync("a");
        var copy = await bench.OpenAsync("b");
        var unit = await bench.MakeUnitAsync(writer);
        var log = new VolumeId(unit.Id, "log");
        Expect.Ok(await writer.Volumes.CreateAsync(bench.Spec(writer, unit.Id, "log"), unit.Grant, bench.Cancellation), "a second volume");
        await bench.SnapAsync(writer, unit, "s1");
        await new Wire(bench, writer, copy, unit.Volume, unit.Grant.Epoch).ReplicateAsync(null, "s1");
        var half = Expect.Ok(await copy.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal(0, half.Count, "complete snapshots after one volume of two");
        await new Wire(bench, writer, copy, log, unit.Grant.Epoch).ReplicateAsync(null, "s1");
        var whole = Expect.Ok(await copy.Snapshots.ListAsync(unit.Id, bench.Cancellation), "listing");
        Expect.Equal(1, whole.Count, "complete snapshots after both volumes");
        Expect.Equal("data log", string.Join(' ', whole[0].Guids.Keys.Order(StringComparer.Ordinal)), "volumes in it");
    }

    private static async Task TwiceAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var expected = await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        var first = Expect.Ok(await pair.Wire.ReceiveAsync(step, bytes), "receiving");
        var second = Expect.Ok(await pair.Wire.ReceiveAsync(step, bytes), "receiving again");
        Expect.Equal(first.Guid, second.Guid, "identity in the second receipt");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task ReadBackAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        var receipt = await pair.Wire.ReplicateAsync("s1", "s2");
        var point = await pair.Wire.PointAsync(pair.Copy, "s2");
        Expect.Equal(point.Guid, receipt.Guid, "identity in the receipt");
        Expect.Equal("s2", receipt.Snapshot, "snapshot in the receipt");
        Expect.True(receipt.Bytes > 0, "the receipt tells of no bytes");

        // A stream that ends early or is damaged must never give a receipt.
        var expected = await pair.AdvanceAsync(3, "s3");
        var step = await pair.Wire.StepAsync("s2", "s3");
        var bytes = await pair.Wire.SendAsync(step);
        var cut = await pair.Wire.ReceiveAsync(step, bytes.AsMemory(0, bytes.Length - 1));
        Expect.Refused(cut, "receiving a stream without its last byte");
        var history = await pair.Wire.HistoryAsync(pair.Copy);
        if (history.Points.Any(p => p.Guid == step.To.Guid))
        {
            Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of a snapshot in the history whose stream broke off");
        }
    }

    private static async Task AnchorAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        Expect.Ok(await pair.Writer.Streams.AnchorAsync(pair.Unit.Snapshot("s1"), pair.Copy.Node, bench.Cancellation), "anchoring on the writer");
        Expect.Ok(await pair.Writer.Streams.AnchorAsync(pair.Unit.Snapshot("s1"), pair.Copy.Node, bench.Cancellation), "anchoring again");
        var start = await pair.Wire.PointAsync(pair.Writer, "s1");
        var deleted = await pair.Writer.Snapshots.DeleteAsync(pair.Unit.Id, ["s1"], bench.Cancellation);
        Expect.True(deleted.IsOk || deleted.Fault.Code == FaultCode.InUse, "an anchored snapshot is neither deleted nor InUse");
        var expected = await pair.AdvanceAsync(2, "s2");
        var history = await pair.Wire.HistoryAsync(pair.Writer);
        var kept = history.Points.FirstOrDefault(p => p.Guid == start.Guid)
            ?? throw new CheckFailedException("the anchored point is not in the history after deleting");
        var step = (await pair.Wire.StepAsync(null, "s2")) with { From = kept };
        var bytes = await pair.Wire.SendAsync(step);
        Expect.Ok(await pair.Wire.ReceiveAsync(step, bytes), "receiving from the anchor");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
        Expect.Ok(await pair.Writer.Streams.ForgetAnchorAsync(pair.Unit.Id, pair.Copy.Node, bench.Cancellation), "forgetting");
        Expect.Ok(await pair.Writer.Streams.ForgetAnchorAsync(pair.Unit.Id, pair.Copy.Node, bench.Cancellation), "forgetting again");
    }

    private static async Task CopyAnchorAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        Expect.Ok(await pair.Copy.Streams.AnchorAsync(pair.Unit.Snapshot("s1"), pair.Writer.Node, bench.Cancellation), "anchoring on the copy");
        _ = await pair.Copy.Snapshots.DeleteAsync(pair.Unit.Id, ["s1"], bench.Cancellation);
        var expected = await pair.AdvanceAsync(2, "s2");
        await pair.Wire.ReplicateAsync("s1", "s2");
        Expect.Ok(await pair.Copy.Streams.AnchorAsync(pair.Unit.Snapshot("s2"), pair.Writer.Node, bench.Cancellation), "anchoring the next");
        Expect.Ok(await pair.Copy.Snapshots.DeleteAsync(pair.Unit.Id, ["s1"], bench.Cancellation), "deleting what the anchor let go");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task ChangesAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        await bench.SnapAsync(node, unit, "s1");
        var idle = await ChangeAsync(bench, node, unit.Id);
        Expect.Equal("s1", idle.Newest, "newest snapshot");
        for (var seed = 0; seed < 5; seed++)
        {
            await bench.WriteAsync(node, unit, seed, writes: 1);
            Expect.True((await ChangeAsync(bench, node, unit.Id)).Changed != Answer.No, "a write is answered with No");
            await bench.SnapAsync(node, unit, $"t{seed}");
        }

        var none = await ChangeAsync(bench, node, bench.Unit("never"));
        Expect.True(none.Changed != Answer.No, "a unit that is not there is answered with No");
    }

    private static async Task<UnitChange> ChangeAsync(TestBench bench, TestNode node, UnitId unit)
    {
        var changes = Expect.Ok(await node.Streams.ReadChangesAsync([unit], bench.Cancellation), "reading changes");
        Expect.True(changes.Count == 1 && changes[0].Unit == unit, "changes of one unit were asked for");
        if (changes[0] is { Newest: { } newest, Guids.Count: > 0 } told)
        {
            var snapshots = Expect.Ok(await node.Snapshots.ListAsync(unit, bench.Cancellation), "listing snapshots");
            var guids = snapshots.FirstOrDefault(snapshot => snapshot.Id.Name == newest)?.Guids;
            Expect.True(
                guids is not null && told.Guids.All(known => guids.GetValueOrDefault(known.Key) == known.Value),
                "the identities told with a change are those of the newest snapshot");
        }

        return changes[0];
    }

    private static async Task NothingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var history = Expect.Ok(await node.Streams.ReadHistoryAsync(bench.Unit("never"), bench.Cancellation), "reading the history of nothing");
        Expect.Equal(Role.Absent, history.Role, "role of what is not there");
        Expect.Equal(0, history.Volumes.Count, "volumes of what is not there");
        Expect.Ok(await node.Streams.DiscardPartialAsync(new VolumeId(bench.Unit("never"), "data"), bench.Cancellation), "discarding nothing");
        Expect.Ok(await node.Streams.ForgetAnchorAsync(bench.Unit("never"), new NodeId("n2"), bench.Cancellation), "forgetting nothing");
    }

    private static async Task HistoryAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var writer = Expect.Ok(await pair.Writer.Streams.ReadHistoryAsync(pair.Unit.Id, bench.Cancellation), "reading on the writer");
        var copy = Expect.Ok(await pair.Copy.Streams.ReadHistoryAsync(pair.Unit.Id, bench.Cancellation), "reading on the copy");
        Expect.Equal(Role.Writer, writer.Role, "role on the writer");
        Expect.Equal(Role.Reader, copy.Role, "role on the copy");
        Expect.Equal(new Epoch(1), writer.Epoch, "epoch on the writer");
        Expect.Equal(new Epoch(1), copy.Epoch, "epoch that came with the stream");
        Expect.True(copy.Volumes[0].HeadChanged != Answer.Yes, "a copy that nobody wrote to is said to be changed");
        var there = copy.Volumes[0].Points.Single(p => p.Name == "s1");
        var here = writer.Volumes[0].Points.Single(p => p.Name == "s1");
        Expect.Equal(here.Guid, there.Guid, "identity on the copy");
        Expect.True(
            (here.CreatedAt - there.CreatedAt).Duration() <= TimeSpan.FromSeconds(1), "the copy's time is not the writer's");
    }

    private static async Task MoveAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        Expect.Ok(await pair.Writer.Roles.DemoteAsync(pair.Unit.Id, null, bench.Cancellation), "demoting");
        await pair.Wire.ReplicateAsync("s1", "s2");
        var there = pair.Unit with { Grant = TestBench.Grant(pair.Unit.Id, 2, pair.Copy.Node) };
        Expect.Ok(await pair.Copy.Roles.PromoteAsync(there.Grant, null, bench.Cancellation), "promoting the copy");
        await bench.WriteAsync(pair.Copy, there, seed: 3);
        var expected = await bench.DigestAsync(pair.Copy, there);
        await bench.SnapAsync(pair.Copy, there, "s3");
        Expect.Ok(await pair.Copy.Roles.DemoteAsync(pair.Unit.Id, null, bench.Cancellation), "demoting again");
        await new Wire(bench, pair.Copy, pair.Writer, pair.Unit.Volume, new Epoch(2)).ReplicateAsync("s2", "s3");
        var back = TestBench.Grant(pair.Unit.Id, 3, pair.Writer.Node);
        Expect.Ok(await pair.Writer.Roles.PromoteAsync(back, null, bench.Cancellation), "promoting back");
        Expect.Equal(expected, await bench.DigestAsync(pair.Writer, pair.Unit), "content after moving there and back");
    }
}
