using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Replication;

[TestClass]
public sealed class PartialPinTests
{
    private static readonly Fault Down = new(FaultCode.PeerUnavailable, "cannot reach n2", "no path works", "Wait.", Retry.Later);

    [TestMethod]
    public async Task What_was_half_received_after_an_outage_is_still_of_use_after_the_next()
    {
        await using var world = new ReplicationWorld(
            Directory.CreateTempSubdirectory("nodeagent-pin-").FullName, new ManualTimeProvider()) { OwnsFolder = true };
        await world.CreateAsync();
        await OutageAsync(world, 3, 1);
        await world.WriteAsync(40);
        world.Copy().Down = null;
        world.Copy().CutAfter = 150_000;
        try
        {
            Assert.IsFalse((await world.CycleAsync()).Value.Values.Single().IsOk);
        }
        catch (IOException)
        {
            // The cut may come as the link's own exception.
        }

        var half = await PartialAsync(world);
        Assert.IsNotNull(half, "the directory backend resumes streams");
        await OutageAsync(world, 6, 50);
        world.Copy().Down = null;
        var token = await PartialAsync(world);
        var step = new StreamStep(
            new VolumeId(ReplicationWorld.Unit, "data"), null, (await world.Streams().ReadHistoryAsync(ReplicationWorld.Unit, CancellationToken.None)).Value.Volumes[0].Points[^1],
            token, new Epoch(1));
        var estimate = await world.Streams().EstimateAsync(step, CancellationToken.None);
        Assert.IsTrue(estimate.IsOk, $"its snapshot was deleted: {estimate.Fault}");
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after both outages");
    }

    private static async Task OutageAsync(ReplicationWorld world, int cycles, int seed)
    {
        world.Copy().Down = Down;
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await world.WriteAsync(seed + cycle);
            await world.CycleAsync();
        }
    }

    private static async Task<string?> PartialAsync(ReplicationWorld world) =>
        (await world.Streams("n2").ReadHistoryAsync(ReplicationWorld.Unit, CancellationToken.None)).Value.Volumes
            .FirstOrDefault(volume => volume.Partial is not null)?.Partial!.Token;
}
