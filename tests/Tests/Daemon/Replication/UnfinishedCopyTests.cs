using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Replication;

[TestClass]
public sealed class UnfinishedCopyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_volume_that_cannot_be_brought_further_does_not_fill_the_copy_with_the_others_snapshots()
    {
        await using var world = await StartAsync(cycles: 4);
        var whole = await WholeAsync(world);
        await FailAsync(world, 12);

        Assert.HasCount(3, whole, "the copy keeps three");
        Assert.AreSequenceEqual(whole, await WholeAsync(world), "whatever never became whole, what was whole stays");
        var names = await NamesAsync(world, "data");
        Assert.IsLessThanOrEqualTo(whole.Count + 3, names.Count, string.Join(' ', names));

        world.Copy().Refused = null;
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after the volume could be received again");
    }

    [TestMethod]
    public async Task A_copy_that_was_never_whole_keeps_no_more_than_it_would_of_whole_ones()
    {
        await using var world = await StartAsync(cycles: 0);
        await FailAsync(world, 12);

        var names = await NamesAsync(world, "data");
        Assert.IsEmpty(await WholeAsync(world));
        Assert.IsLessThanOrEqualTo(4, names.Count, string.Join(' ', names));

        world.Copy().Refused = null;
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after all of it arrived");
    }

    [TestMethod]
    public async Task What_a_stream_that_broke_off_would_complete_stays_on_the_other_volumes()
    {
        await using var world = await StartAsync(cycles: 2);
        (world.Copy().CutOnly, world.Copy().CutAfter) = ("wal", 5000);
        await FailAsync(world, 6);
        var target = (await world.Streams("n2").ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes.Single(volume => volume.Volume == "wal").Partial?.Target;
        Assert.IsNotNull(target, "the directory backend says what it would complete");
        Assert.Contains(target, await NamesAsync(world, "data"), "else what arrives then is not whole");

        (world.Copy().CutOnly, world.Copy().CutAfter) = (null, null);
        for (var cycle = 0; cycle < 4; cycle++)
        {
            await world.WriteAsync(50 + cycle);
            await world.GoodCycleAsync();
        }

        await world.AssertEqualAsync("after the stream went on");
    }

    [TestMethod]
    public async Task What_is_not_whole_takes_no_room_from_what_is()
    {
        await using var world = await StartAsync(cycles: 4);
        var before = await WholeAsync(world);
        await FailAsync(world, 6);
        world.Copy().Refused = null;
        await world.WriteAsync(77);
        await world.GoodCycleAsync();
        var after = await WholeAsync(world);
        Assert.IsGreaterThanOrEqualTo(before.Count, after.Count, $"before {string.Join(' ', before)}, after {string.Join(' ', after)}");
        Assert.AreSequenceEqual(before.Skip(1), after.SkipLast(1).TakeLast(before.Count - 1), "only the oldest went");
    }

    private static async Task<ReplicationWorld> StartAsync(int cycles)
    {
        var world = new ReplicationWorld(
            Directory.CreateTempSubdirectory("nodeagent-unfinished-").FullName, new ManualTimeProvider()) { OwnsFolder = true };
        await world.CreateAsync(keepCopies: 3);
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await world.WriteAsync(100 + cycle);
            await world.GoodCycleAsync();
        }

        return world;
    }

    private static async Task FailAsync(ReplicationWorld world, int cycles)
    {
        world.Copy().Refused = world.Copy().CutOnly is null ? "wal" : null;
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await world.WriteAsync(cycle);
            try
            {
                var outcome = await world.CycleAsync();
                Assert.IsFalse(outcome.Value.Values.Single().IsOk, "wal cannot be received");
            }
            catch (IOException)
            {
                // The cut may come as the link's own exception.
            }
        }
    }

    private static async Task<IReadOnlyList<string>> WholeAsync(ReplicationWorld world) =>
        [.. (await world.Snapshots("n2").ListAsync(ReplicationWorld.Unit, None)).Value.Select(snapshot => snapshot.Id.Name)];

    private static async Task<IReadOnlyList<string>> NamesAsync(ReplicationWorld world, string volume) =>
    [
        .. (await world.Streams("n2").ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes.Single(known => known.Volume == volume)
            .Points.Where(point => !point.IsBookmark).Select(point => point.Name),
    ];
}
