using System.Globalization;

using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;
using NodeAgent.Tests.Cluster.Support;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster;

/// <summary>What a watch asks of a real etcd besides.</summary>
[TestClass]
public sealed class EtcdWatchTests
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestMethod]
    public async Task A_member_that_tells_of_changes_is_not_asked_whether_it_lives_and_one_that_is_silent_is()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var writer = trio.Store();
        var time = new ManualTimeProvider();
        await using var watcher = new EtcdStore(trio.Trusted(), time, () => 0.5);
        using var stop = new CancellationTokenSource();
        var changes = 0;
        var isConnected = false;
        var watching = Task.Run(async () =>
        {
            await foreach (var step in watcher.WatchAsync(KeyRange.Under("/test/"), 1, stop.Token))
            {
                Volatile.Write(ref isConnected, true);
                _ = step is WatchStep.Changed ? Interlocked.Increment(ref changes) : 0;
            }
        });
        await Until.TrueAsync(() => Volatile.Read(ref isConnected));
        var before = await ReadsAsync(trio);
        for (var round = 1; round <= 6; round++)
        {
            await time.TimersArmedAsync(1, Soon);
            Assert.AreEqual(Answer.Yes, (await writer.CommitAsync(new([], [StoreChange.Put("/test/n", $"{round}")]), Soon)).Happened);
            await Until.TrueAsync(() => Volatile.Read(ref changes) == round);
            time.Advance(trio.Trusted().ProbeEvery);
        }

        await time.TimersArmedAsync(1, Soon);
        Assert.AreEqual(before, await ReadsAsync(trio));

        time.Advance(trio.Trusted().ProbeEvery);
        await Until.TrueAsync(() => ReadsAsync(trio).Result == before + 1);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => watching);
    }

    // As the member counts them that is watched.
    private static async Task<long> ReadsAsync(EtcdTrio trio)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(trio.Endpoints[0], "/metrics"), Soon);
        var line = metrics.Split('\n').Single(one =>
            one.StartsWith("grpc_server_started_total", StringComparison.Ordinal) && one.Contains("grpc_method=\"Range\"", StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }
}
