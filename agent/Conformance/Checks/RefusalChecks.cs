using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Streams that must not become part of a copy.</summary>
internal static class RefusalChecks
{
    public static IEnumerable<Check> All =>
    [
        new("receive_refused_on_writer", "The writer takes no stream.", ReplicationChecks.Streams, WriterAsync),
        new("receive_stale_epoch_refused", "A stream of an older epoch than seen is StaleEpoch.", ReplicationChecks.Streams, StaleAsync),
        new("diverged_copy_refused", "A copy that was written to is Diverged, and keeps what was written.", ReplicationChecks.Streams, DivergedAsync),
        new("diverged_without_snapshot_refused", "So is one with writes that no snapshot has.", ReplicationChecks.Streams, UnsnappedAsync),
        new("increment_without_its_start_refused", "An increment whose start the copy has not is refused.", ReplicationChecks.Streams, NoStartAsync),
        new("whole_stream_over_copy_refused", "A whole stream never replaces a copy that has content.", ReplicationChecks.Streams, OverCopyAsync),
        new("stream_for_another_volume_refused", "A stream of another volume is refused or ends in that volume.", ReplicationChecks.Streams, OtherVolumeAsync),
        new("send_of_missing_snapshot_refused", "What is not there cannot be sent.", ReplicationChecks.Streams, MissingAsync),
        new("epoch_of_stream_is_kept", "After a stream of an epoch, an older grant is stale on the copy.", ReplicationChecks.Streams, EpochKeptAsync),
    ];

    private static async Task WriterAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        var before = await pair.DigestOfCopyAsync(epoch: 2);
        Expect.Refused(
            await pair.Wire.ReceiveAsync(step with { Epoch = new Epoch(3) }, bytes), "receiving on the writer", FaultCode.PreconditionFailed);
        Expect.Equal(before, await bench.DigestAsync(pair.Copy, pair.Unit), "content after the refusal");
    }

    private static async Task StaleAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        await pair.DigestOfCopyAsync(epoch: 7);
        Expect.Ok(await pair.Copy.Roles.DemoteAsync(pair.Unit.Id, null, bench.Cancellation), "demoting");
        Expect.Refused(await pair.Wire.ReceiveAsync(step, bytes), "receiving a stream of epoch 1 after epoch 7", FaultCode.StaleEpoch);
    }

    private static async Task DivergedAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.DigestOfCopyAsync(epoch: 2);
        var there = pair.Unit with { Grant = TestBench.Grant(pair.Unit.Id, 2, pair.Copy.Node) };
        await bench.WriteAsync(pair.Copy, there, seed: 77);
        var written = await bench.DigestAsync(pair.Copy, there);
        await bench.SnapAsync(pair.Copy, there, "own");
        Expect.Ok(await pair.Copy.Roles.DemoteAsync(pair.Unit.Id, null, bench.Cancellation), "demoting");
        await RefuseAndKeepAsync(bench, pair, written);
    }

    private static async Task UnsnappedAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.DigestOfCopyAsync(epoch: 2);
        var there = pair.Unit with { Grant = TestBench.Grant(pair.Unit.Id, 2, pair.Copy.Node) };
        await bench.WriteAsync(pair.Copy, there, seed: 78);
        var written = await bench.DigestAsync(pair.Copy, there);
        Expect.Ok(await pair.Copy.Roles.DemoteAsync(pair.Unit.Id, null, bench.Cancellation), "demoting");
        await RefuseAndKeepAsync(bench, pair, written);
    }

    private static async Task RefuseAndKeepAsync(TestBench bench, ReplicatedPair pair, string written)
    {
        await pair.AdvanceAsync(2, "s2");
        var step = (await pair.Wire.StepAsync("s1", "s2")) with { Epoch = new Epoch(3) };
        var bytes = await pair.Wire.SendAsync(step);
        Expect.Refused(await pair.Wire.ReceiveAsync(step, bytes), "receiving on a copy that was written to", FaultCode.Diverged);
        Expect.Equal(written, await pair.DigestOfCopyAsync(epoch: 4), "what was written on the diverged copy");
        _ = bench;
    }

    private static async Task NoStartAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        await pair.AdvanceAsync(3, "s3");
        var step = await pair.Wire.StepAsync("s2", "s3");
        var bytes = await pair.Wire.SendAsync(step);
        Expect.Refused(
            await pair.Wire.ReceiveAsync(step, bytes), "receiving an increment without its start",
            FaultCode.Diverged, FaultCode.PreconditionFailed, FaultCode.NotFound);
        var history = await pair.Wire.HistoryAsync(pair.Copy);
        Expect.Equal("s1", string.Join(' ', history.Points.Select(p => p.Name)), "history after the refusal");
    }

    private static async Task OverCopyAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync(null, "s2");
        var bytes = await pair.Wire.SendAsync(step);
        Expect.Refused(
            await pair.Wire.ReceiveAsync(step, bytes), "receiving a whole volume over a copy",
            FaultCode.Diverged, FaultCode.AlreadyExists, FaultCode.PreconditionFailed);
        var history = await pair.Wire.HistoryAsync(pair.Copy);
        Expect.Equal("s1", string.Join(' ', history.Points.Select(p => p.Name)), "history after the refusal");
    }

    private static async Task OtherVolumeAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        var wrong = step with { To = step.To with { Guid = "0123456789abcdef0123456789abcdef" } };
        var received = await pair.Wire.ReceiveAsync(wrong, bytes);
        Expect.True(
            !received.IsOk || received.Value.Guid != wrong.To.Guid, "the receipt repeats what was announced, not what arrived");
    }

    private static async Task MissingAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var step = await pair.Wire.StepAsync(null, "s1");
        Expect.Ok(await pair.Writer.Snapshots.DeleteAsync(pair.Unit.Id, ["s1"], bench.Cancellation), "deleting");
        using var output = new MemoryStream();
        Expect.Refused(
            await pair.Writer.Streams.SendAsync(step, output, null, bench.Cancellation), "sending what is gone",
            FaultCode.NotFound, FaultCode.PreconditionFailed);
    }

    private static async Task EpochKeptAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var newer = TestBench.Grant(pair.Unit.Id, 6, pair.Writer.Node);
        Expect.Ok(await pair.Writer.Roles.PromoteAsync(newer, null, bench.Cancellation), "promoting at a newer epoch");
        var unit = pair.Unit with { Grant = newer };
        await bench.SnapAsync(pair.Writer, unit, "s2");
        await new Wire(bench, pair.Writer, pair.Copy, unit.Volume, new Epoch(6)).ReplicateAsync("s1", "s2");
        Expect.Refused(
            await pair.Copy.Roles.PromoteAsync(TestBench.Grant(unit.Id, 5, pair.Copy.Node), null, bench.Cancellation),
            "promoting the copy at an older epoch than its stream's", FaultCode.StaleEpoch);
    }
}
