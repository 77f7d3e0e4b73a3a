using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Streams that break.</summary>
internal static class ResumeChecks
{
    private const Capabilities Resume = ReplicationChecks.Streams | Capabilities.ResumableStreams;

    public static IEnumerable<Check> All =>
    [
        new("cut_stream_leaves_no_snapshot", "A stream cut anywhere leaves no snapshot, or the whole of it, and can be sent again.", ReplicationChecks.Streams, CutAsync),
        new("resume_after_cut", "A stream cut at several places goes on and makes an equal copy.", Resume, ResumeAsync),
        new("resume_increment_after_cut", "So does an increment.", Resume, ResumeIncrementAsync),
        new("resume_token_out_of_date", "A token whose snapshot is gone is NotFound.", Resume, OldTokenAsync),
        new("discard_partial", "A broken receive can be forgotten, and then all works from the beginning.", Resume, DiscardAsync),
        new("garbage_stream_refused", "Bytes that are no stream are refused and leave nothing.", ReplicationChecks.Streams, GarbageAsync),
        new("damaged_stream_makes_no_receipt", "A flipped bit never ends in a receipt of wrong content.", ReplicationChecks.Streams, DamagedAsync),
    ];

    private static async Task CutAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var expected = await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        foreach (var length in Cuts(bytes.Length))
        {
            Expect.Refused(await pair.Wire.ReceiveAsync(step, bytes.AsMemory(0, length)), $"receiving {length} of {bytes.Length} bytes");
            var history = await pair.Wire.HistoryAsync(pair.Copy);
            if (history.Points.Any(p => p.Guid == step.To.Guid))
            {
                // Some formats end with a record that says nothing about content: then all of it is there, or it is a lie.
                Expect.Equal(expected, await pair.DigestOfCopyAsync(), $"content of a snapshot in the history after {length} of {bytes.Length} bytes");
                return;
            }

            Expect.Ok(await pair.Copy.Streams.DiscardPartialAsync(pair.Unit.Volume, bench.Cancellation), "discarding");
        }

        Expect.Ok(await pair.Wire.ReceiveAsync(step, bytes), "receiving the whole stream after cuts");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task ResumeAsync(TestBench bench)
    {
        var writer = await bench.OpenAsync("a");
        var copy = await bench.OpenAsync("b");
        foreach (var percent in new[] { 5, 33, 66, 99 })
        {
            var unit = await bench.MakeUnitAsync(writer, $"cut{percent}");
            await bench.WriteAsync(writer, unit, seed: percent, writes: 30);
            var expected = await bench.DigestAsync(writer, unit);
            await bench.SnapAsync(writer, unit, "s1");
            var wire = new Wire(bench, writer, copy, unit.Volume, unit.Grant.Epoch);
            await GoOnAsync(bench, wire, copy, await wire.StepAsync(null, "s1"), percent);
            var pair = new ReplicatedPair(bench, writer, copy, unit, wire);
            Expect.Equal(expected, await pair.DigestOfCopyAsync(), $"content after a cut at {percent} %");
        }
    }

    private static async Task ResumeIncrementAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await bench.WriteAsync(pair.Writer, pair.Unit, seed: 9, writes: 30);
        var expected = await pair.AdvanceAsync(10, "s2");
        await GoOnAsync(bench, pair.Wire, pair.Copy, await pair.Wire.StepAsync("s1", "s2"), percent: 60);
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task GoOnAsync(TestBench bench, Wire wire, TestNode copy, StreamStep step, int percent)
    {
        var bytes = await wire.SendAsync(step);
        Expect.Refused(await wire.ReceiveAsync(step, bytes.AsMemory(0, (int)((long)bytes.Length * percent / 100))), "receiving a cut stream");
        var partial = (await wire.HistoryAsync(copy)).Partial;
        if (partial is null && percent < 20)
        {
            // Too little came to keep: from the beginning.
            Expect.Ok(await wire.ReceiveAsync(step, bytes), "receiving from the beginning");
            return;
        }

        Expect.True(partial is { Token.Length: > 0 }, $"nothing is kept of a stream cut at {percent} %");
        var next = step with { ResumeToken = partial!.Token };
        var rest = await wire.SendAsync(next);
        Expect.True(percent < 50 || rest.Length < bytes.Length, $"going on at {percent} % sends {rest.Length} of {bytes.Length} bytes");
        var receipt = Expect.Ok(await wire.ReceiveAsync(next, rest), "receiving the rest");
        Expect.Equal(step.To.Guid, receipt.Guid, "identity in the receipt");
        Expect.True((await wire.HistoryAsync(copy)).Partial is null, "a broken receive is still told of after it ended");
        _ = bench;
    }

    private static async Task OldTokenAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await bench.WriteAsync(pair.Writer, pair.Unit, seed: 9, writes: 30);
        await pair.AdvanceAsync(10, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        Expect.Refused(await pair.Wire.ReceiveAsync(step, bytes.AsMemory(0, bytes.Length * 3 / 4)), "receiving a cut stream");
        var token = (await pair.Wire.HistoryAsync(pair.Copy)).Partial?.Token
            ?? throw new CheckFailedException("nothing is kept of a cut stream");
        var resumed = step with { ResumeToken = token };
        var estimate = Expect.Ok(await pair.Writer.Streams.EstimateAsync(resumed, bench.Cancellation), "estimating a token");
        Expect.Equal(step.To.Guid, estimate.ToGuid, "what the token would complete");
        Expect.Ok(await pair.Writer.Snapshots.DeleteAsync(pair.Unit.Id, ["s2"], bench.Cancellation), "deleting the snapshot");
        Expect.Refused(await pair.Writer.Streams.EstimateAsync(resumed, bench.Cancellation), "estimating a token of what is gone", FaultCode.NotFound);
        Expect.Refused(
            await pair.Writer.Streams.EstimateAsync(step with { ResumeToken = "no token at all" }, bench.Cancellation),
            "estimating what is no token", FaultCode.NotFound, FaultCode.InvalidArgument);
    }

    private static async Task DiscardAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await bench.WriteAsync(pair.Writer, pair.Unit, seed: 9, writes: 30);
        var expected = await pair.AdvanceAsync(10, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        Expect.Refused(await pair.Wire.ReceiveAsync(step, bytes.AsMemory(0, bytes.Length / 2)), "receiving a cut stream");
        for (var time = 1; time <= 2; time++)
        {
            Expect.Ok(await pair.Copy.Streams.DiscardPartialAsync(pair.Unit.Volume, bench.Cancellation), $"discarding, time {time}");
        }

        Expect.True((await pair.Wire.HistoryAsync(pair.Copy)).Partial is null, "a broken receive is still there after discarding");
        Expect.Ok(await pair.Wire.ReceiveAsync(step, bytes), "receiving from the beginning");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task GarbageAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        var expected = await bench.DigestAsync(pair.Writer, pair.Unit);
        await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        for (var seed = 0; seed < 5; seed++)
        {
            var bytes = new byte[seed * 1000];
            new Choice(seed).Fill(bytes);
            Expect.Refused(await pair.Wire.ReceiveAsync(step, bytes), "receiving garbage");
            _ = await pair.Copy.Streams.DiscardPartialAsync(pair.Unit.Volume, bench.Cancellation);
        }

        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task DamagedAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        await bench.WriteAsync(pair.Writer, pair.Unit, seed: 9, writes: 10);
        var expected = await pair.AdvanceAsync(2, "s2");
        var step = await pair.Wire.StepAsync("s1", "s2");
        var bytes = await pair.Wire.SendAsync(step);
        var choice = new Choice(7);
        for (var time = 0; time < 10; time++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[choice.Next(damaged.Length)] ^= (byte)(1 << choice.Next(8));
            var received = await pair.Wire.ReceiveAsync(step, damaged);
            if (received.IsOk)
            {
                // The bit did not matter; then the content must be right.
                break;
            }

            Expect.Honest(received.Fault, "receiving a damaged stream");
            _ = await pair.Copy.Streams.DiscardPartialAsync(pair.Unit.Volume, bench.Cancellation);
        }

        Expect.Ok(await pair.Wire.ReceiveAsync(step, bytes), "receiving the right stream");
        Expect.Equal(expected, await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static IEnumerable<int> Cuts(int length) =>
        new[] { 0, 1, 7, 20, 100, length / 4, length / 2, length * 3 / 4, length - 100, length - 4, length - 1 }
            .Where(cut => cut >= 0 && cut < length).Distinct();
}
