namespace NodeAgent.Conformance.Bench;

/// <summary>A writer on "a" and a copy on "b" that has its first snapshot, "s1".</summary>
internal sealed record ReplicatedPair(TestBench Bench, TestNode Writer, TestNode Copy, TestUnit Unit, Wire Wire)
{
    public static async Task<ReplicatedPair> MakeAsync(TestBench bench, string name = "unit")
    {
        var writer = await bench.OpenAsync("a");
        var copy = await bench.OpenAsync("b");
        var unit = await bench.MakeUnitAsync(writer, name);
        await bench.WriteAsync(writer, unit, seed: 100);
        await bench.SnapAsync(writer, unit, "s1");
        var wire = new Wire(bench, writer, copy, unit.Volume, unit.Grant.Epoch);
        await wire.ReplicateAsync(null, "s1");
        return new ReplicatedPair(bench, writer, copy, unit, wire);
    }

    /// <summary>Writes and takes the next snapshot on the writer; the content's digest at that moment.</summary>
    public async Task<string> AdvanceAsync(int seed, string snapshot)
    {
        await Bench.WriteAsync(Writer, Unit, seed);
        var digest = await Bench.DigestAsync(Writer, Unit);
        await Bench.SnapAsync(Writer, Unit, snapshot);
        return digest;
    }

    /// <summary>What the copy holds, seen by making it the writer. Use last: the copy is the writer after it.</summary>
    public async Task<string> DigestOfCopyAsync(long epoch = 50)
    {
        var grant = TestBench.Grant(Unit.Id, epoch, Copy.Node);
        Expect.Ok(await Copy.Roles.PromoteAsync(grant, null, Bench.Cancellation), "promoting the copy");
        return await Bench.DigestAsync(Copy, Unit);
    }
}
