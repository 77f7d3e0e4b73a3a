using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>A copy that has parted becomes one again, and nothing that only it had is lost.</summary>
internal static class RejoinChecks
{
    // No backend needs more steps for one volume; a later cut is none.
    private const int Cuts = 24;

    public static IEnumerable<Check> All =>
    [
        new("rejoin_then_increment", "After going back, the next increment is taken and makes an equal copy.", ReplicationChecks.Streams, IncrementAsync),
        new("rejoin_keeps_the_head", "What only the copy had is kept, byte for byte, and is listed.", ReplicationChecks.Streams, KeepsAsync),
        new("rejoin_twice_is_one", "Going back again is done, and keeps nothing a second time.", ReplicationChecks.Streams, TwiceAsync),
        new("rejoin_after_any_cut", "Cut off at any command, asking again ends as if it had not been.", ReplicationChecks.Streams, CutAsync),
        new("rejoin_without_a_common_snapshot", "With nothing in common all is kept and the copy is empty.", ReplicationChecks.Streams, EmptyAsync),
        new("rejoin_of_an_equal_copy", "A copy that has nothing of its own is left as it is.", ReplicationChecks.Streams, EqualAsync),
        new("rejoin_of_the_writer_refused", "A writer never goes back.", ReplicationChecks.Streams, WriterAsync),
        new("rejoin_under_a_taken_name_refused", "What has the name already is not touched, nor is the copy.", ReplicationChecks.Streams, TakenAsync),
        new("kept_head_can_be_deleted", "An operator can delete what is kept, and the copy stays.", ReplicationChecks.Streams, DeleteAsync),
    ];

    private static async Task IncrementAsync(TestBench bench)
    {
        var parted = await PartedPair.MakeAsync(bench);
        Expect.Ok(await parted.RejoinAsync(), "going back");
        var history = await parted.Pair.Wire.HistoryAsync(parted.Copy);
        Expect.Equal("s1", history.Points.LastOrDefault(point => !point.IsBookmark)?.Name, "newest snapshot of the copy");
        Expect.True(history.HeadChanged != Answer.Yes, "the copy is said to be changed after going back");
        await parted.Pair.Wire.ReplicateAsync("s1", "s2");
        Expect.Equal(parted.Wanted, await parted.Pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task KeepsAsync(TestBench bench)
    {
        var parted = await PartedPair.MakeAsync(bench);
        Expect.Ok(await parted.RejoinAsync(), "going back");
        await parted.Pair.Wire.ReplicateAsync("s1", "s2");
        var kept = await parted.KeptAsync();
        Expect.Equal(1, kept.Count, "heads kept of the unit");
        Expect.Equal(parted.Kept, kept[0].Unit, "unit that keeps it");
        Expect.Equal("s1", kept[0].Snapshot, "snapshot that both have");
        var role = Expect.Ok(await parted.Copy.Roles.GetRoleAsync(parted.Kept, bench.Cancellation), "reading the role of what is kept");
        Expect.Equal(Role.Reader, role.Role, "role of what is kept");
        Expect.Equal(parted.Parted, await parted.DigestOfKeptAsync(), "content of what is kept");
    }

    private static async Task TwiceAsync(TestBench bench)
    {
        var parted = await PartedPair.MakeAsync(bench);
        Expect.Ok(await parted.RejoinAsync(), "going back");
        var first = (await parted.KeptAsync()).Single();
        Expect.Ok(await parted.RejoinAsync(), "going back again");
        Expect.Equal(first.Since, (await parted.KeptAsync()).Single().Since, "when it was put away");
        await parted.Pair.Wire.ReplicateAsync("s1", "s2");
        Expect.Equal(parted.Parted, await parted.DigestOfKeptAsync(), "content of what is kept");
        Expect.Equal(parted.Wanted, await parted.Pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task CutAsync(TestBench bench)
    {
        var parted = await PartedPair.MakeAsync(bench);
        for (var at = 0; at < Cuts; at++)
        {
            await Interruption.RunAsync(parted.Copy, at, (_, token) => OnceAsync(parted, token), bench);
            var history = await parted.Pair.Wire.HistoryAsync(parted.Copy);
            Expect.True(history.Points.Any(point => point.Name == "s1"), $"cut at command {at}, the copy's history has lost s1");
        }

        Expect.Ok(await parted.RejoinAsync(), "going back after all those cuts");
        await parted.Pair.Wire.ReplicateAsync("s1", "s2");
        Expect.Equal(1, (await parted.KeptAsync()).Count, "heads kept of the unit");
        Expect.Equal(parted.Parted, await parted.DigestOfKeptAsync(), "content of what is kept");
        Expect.Equal(parted.Wanted, await parted.Pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task<Outcome<bool>> OnceAsync(PartedPair parted, CancellationToken token) =>
        await parted.Copy.Rejoin.RejoinAsync(parted.Unit, "s1", parted.Kept.Name, token) is { IsOk: false, Fault: var fault } ? fault : true;

    private static async Task EmptyAsync(TestBench bench)
    {
        var parted = await PartedPair.MakeAsync(bench);
        Expect.Ok(await parted.RejoinAsync(snapshot: null), "going back to nothing");
        Expect.Ok(await parted.RejoinAsync(snapshot: null), "going back to nothing again");
        await parted.Pair.Wire.ReplicateAsync(null, "s2");
        Expect.Equal(parted.Parted, await parted.DigestOfKeptAsync(), "content of what is kept");
        Expect.Equal(parted.Wanted, await parted.Pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task EqualAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        Expect.Ok(await pair.Copy.Rejoin.RejoinAsync(pair.Unit.Id, "s1", bench.Unit("kept").Name, bench.Cancellation), "going back to where it is");
        var kept = Expect.Ok(await pair.Copy.Rejoin.ListKeptAsync(bench.Cancellation), "listing what is kept").Found;
        Expect.True(kept.All(head => head.Of != pair.Unit.Id), "something is kept of a copy that had nothing of its own");
        Expect.Equal(await bench.DigestAsync(pair.Writer, pair.Unit), await pair.DigestOfCopyAsync(), "content of the copy");
    }

    private static async Task WriterAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        _ = pair.Copy.Rejoin;
        await bench.WriteAsync(pair.Writer, pair.Unit, seed: 5);
        var before = await bench.DigestAsync(pair.Writer, pair.Unit);
        Expect.Refused(
            await pair.Writer.Rejoin.RejoinAsync(pair.Unit.Id, "s1", bench.Unit("kept").Name, bench.Cancellation),
            "making the writer go back", FaultCode.PreconditionFailed);
        Expect.Equal(before, await bench.DigestAsync(pair.Writer, pair.Unit), "content of the writer");
    }

    private static async Task TakenAsync(TestBench bench)
    {
        var parted = await PartedPair.MakeAsync(bench);
        var other = await bench.MakeUnitAsync(parted.Copy, "kept", epoch: 9);
        await bench.WriteAsync(parted.Copy, other, seed: 11);
        var before = await bench.DigestAsync(parted.Copy, other);
        Expect.Refused(await parted.RejoinAsync(), "keeping under a taken name", FaultCode.AlreadyExists);
        Expect.Equal(before, await bench.DigestAsync(parted.Copy, other), "content of what has the name");
        var own = parted.Pair.Unit with { Grant = TestBench.Grant(parted.Unit, 50, parted.Copy.Node) };
        Expect.Ok(await parted.Copy.Roles.PromoteAsync(own.Grant, null, bench.Cancellation), "promoting the copy");
        Expect.Equal(parted.Parted, await bench.DigestAsync(parted.Copy, own), "content of the copy that was refused to go back");
    }

    private static async Task DeleteAsync(TestBench bench)
    {
        var parted = await PartedPair.MakeAsync(bench);
        Expect.Ok(await parted.RejoinAsync(), "going back");
        await parted.Pair.Wire.ReplicateAsync("s1", "s2");
        var volume = new VolumeId(parted.Kept, parted.Pair.Unit.Volume.Name);
        Expect.Ok(await parted.Copy.Volumes.DeleteAsync(volume, bench.Cancellation), "deleting what is kept");
        Expect.Equal(0, (await parted.KeptAsync()).Count, "heads kept after deleting");
        Expect.Equal(parted.Wanted, await parted.Pair.DigestOfCopyAsync(), "content of the copy");
    }
}
