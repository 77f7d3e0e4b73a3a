using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

[TestClass]
public sealed class ThroughputTests
{
    private const int ChunkSize = 1024 * 1024;
    private const int Chunks = 512;

    // A machine full of other tests is slow; the figure is printed, the bound only catches a blunder.
    private const double SmallestRate = 20e6;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task A_bulk_stream_with_TLS_is_fast()
    {
        var time = TimeProvider.System;
        await using var cluster = await PeerCluster.StartAsync(2, time, new ProbeRoutes(time));
        var link = cluster[2].Links.Find(new("n1"))!;
        var chunk = new byte[ChunkSize];
        for (var round = 0; round < 2; round++)
        {
            var begin = time.GetTimestamp();
            var cpu = Environment.CpuUsage.TotalTime;
            var told = Is.Ok(await link.SendStreamAsync<Told>("test/in", async (stream, cancellation) =>
            {
                for (var count = 0; count < Chunks; count++)
                {
                    await stream.WriteAsync(chunk, cancellation);
                }

                return Outcome.Done;
            }, default));
            Assert.AreEqual((long)Chunks * ChunkSize, told.Bytes);
            Report($"sent, round {round}", time.GetElapsedTime(begin), Environment.CpuUsage.TotalTime - cpu);
        }
    }

    private void Report(string what, TimeSpan took, TimeSpan cpu)
    {
        var rate = Chunks * (double)ChunkSize / took.TotalSeconds;
        var cost = cpu.TotalSeconds / (Chunks * (double)ChunkSize / 1e9);
        TestContext.WriteLine(
            $"{what}: {rate / 1e6:0} MB/s over loopback with TLS 1.3, {cost:0.00} s of CPU per GB for both ends");
        Assert.IsGreaterThan(SmallestRate, rate, what);
    }
}
