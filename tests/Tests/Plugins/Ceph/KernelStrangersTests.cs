using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Clients that have an image of the kernel's open, and that no agent opened.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class KernelStrangersTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(11);

    [TestMethod]
    public async Task Who_has_an_image_open_for_two_looks_and_was_opened_by_no_agent_is_told_with_the_address()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("stranger", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var agent = node.Again(time);
        Assert.IsNull(await KeepAsync(agent, time), "nobody is there but the writer");

        using (var stranger = Connection.Open(agent.Storage.Gate.Options, "test").Value)
        {
            using var image = ImageCalls.Open(stranger.Io, "stranger+data", null, write: true, "test").Value;
            Assert.IsNull(await KeepAsync(agent, time), "a command may look at it for a moment");
            var told = await KeepAsync(agent, time);
            Assert.AreEqual(FaultCode.InUse, told?.Code, $"{told}");
            StringAssert.Contains(told!.Why, $"client {stranger.Address} has hot/stranger+data open");
            StringAssert.EndsWith(told.NextStep, $"ceph osd blocklist add {stranger.Address}.");
            Assert.AreEqual(FaultCode.InUse, (await KeepAsync(agent, time))?.Code, "it is told as long as it is there");
        }

        Assert.IsNull(await KeepAsync(agent, time));
        await agent.DeleteAsync(volume);
    }

    private static async Task<Fault?> KeepAsync(KernelNode agent, ManualTimeProvider time)
    {
        time.Advance(Look);
        return (await agent.Upkeep.KeepAsync(None)).Fault;
    }
}
