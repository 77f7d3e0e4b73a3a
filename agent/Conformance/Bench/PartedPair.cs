using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>
/// Two nodes that were one at "s1": then the copy was the writer for a while, and its writes are nowhere else; the other
/// node is the writer again and has "s2".
/// </summary>
/// <param name="Pair">The two.</param>
/// <param name="Kept">Where the parted head is to be kept.</param>
/// <param name="Parted">The digest of what only the copy has.</param>
/// <param name="Wanted">The digest of the writer at "s2".</param>
internal sealed record PartedPair(ReplicatedPair Pair, UnitId Kept, string Parted, string Wanted)
{
    private static readonly Epoch Now = new(3);

    public TestNode Copy => Pair.Copy;

    public UnitId Unit => Pair.Unit.Id;

    public static async Task<PartedPair> MakeAsync(TestBench bench)
    {
        var pair = await ReplicatedPair.MakeAsync(bench);
        _ = pair.Copy.Rejoin;
        var stray = pair.Unit with { Grant = TestBench.Grant(pair.Unit.Id, 2, pair.Copy.Node) };
        Expect.Ok(await pair.Copy.Roles.PromoteAsync(stray.Grant, null, bench.Cancellation), "promoting the copy");
        await bench.WriteAsync(pair.Copy, stray, seed: 7);
        await bench.SnapAsync(pair.Copy, stray, "stray");
        await bench.WriteAsync(pair.Copy, stray, seed: 8);
        var parted = await bench.DigestAsync(pair.Copy, stray);
        Expect.Ok(await pair.Copy.Roles.DemoteAsync(pair.Unit.Id, null, bench.Cancellation), "demoting the copy");
        var back = pair.Unit with { Grant = TestBench.Grant(pair.Unit.Id, Now.Value, pair.Writer.Node) };
        Expect.Ok(await pair.Writer.Roles.PromoteAsync(back.Grant, null, bench.Cancellation), "promoting the writer again");
        var now = pair with { Unit = back, Wire = new Wire(bench, pair.Writer, pair.Copy, back.Volume, Now) };
        return new PartedPair(now, bench.Unit("kept"), parted, await now.AdvanceAsync(9, "s2"));
    }

    public Task<Outcome> RejoinAsync(string? snapshot = "s1") => Copy.Rejoin.RejoinAsync(Unit, snapshot, Kept.Name, Pair.Bench.Cancellation);

    public async Task<IReadOnlyList<KeptHead>> KeptAsync() =>
        [.. Expect.Ok(await Copy.Rejoin.ListKeptAsync(Pair.Bench.Cancellation), "listing what is kept").Found.Where(kept => kept.Of == Unit)];

    /// <summary>What is kept, read by making it a writer of its own. Use last.</summary>
    public async Task<string> DigestOfKeptAsync()
    {
        var bench = Pair.Bench;
        var kept = new TestUnit(Kept, new VolumeId(Kept, Pair.Unit.Volume.Name), Pair.Unit.Spec, TestBench.Grant(Kept, 60, Copy.Node));
        Expect.Ok(await Copy.Roles.PromoteAsync(kept.Grant, null, bench.Cancellation), "promoting what is kept");
        return await bench.DigestAsync(Copy, kept);
    }
}
