using NodeAgent.Contract;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

[TestClass]
public sealed class PeerLinkTests
{
    private static readonly byte[] Chunk = new byte[256 * 1024];
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public async Task Probes_show_every_path_and_what_the_peer_says_of_itself()
    {
        await using var cluster = await PeerCluster.StartAsync(3, time);
        var status = cluster[1].Links.Status();
        CollectionAssert.AreEqual(new[] { "n2", "n3" }, status.Select(peer => peer.Node.Value).ToArray());
        foreach (var peer in status)
        {
            Assert.AreEqual(Answer.Yes, peer.Reachable);
            Assert.IsFalse(peer.Degraded);
            Assert.AreEqual("fast", peer.Current!.Network);
            Assert.IsTrue(peer.Paths.All(path => path is { State: PathState.Up, RoundTrip: not null, LastSuccess: not null }));
            Assert.AreEqual($"boot-{peer.Node.Value[1..]}", peer.LastHello!.BootId);
            Assert.AreEqual("1.2.3", peer.LastHello.Version);
            Assert.AreEqual(3, peer.LastHello.MembersVersion);
        }
    }

    [TestMethod]
    public async Task Calls_come_from_the_address_of_their_network()
    {
        var seen = new SeenAddresses();
        await using var cluster = await PeerCluster.StartAsync(2, time, seen);
        var link = cluster[2].Links.Find(new("n1"))!;
        Is.Ok(await link.CallAsync<Acknowledgement>(HttpMethod.Post, "test/from", null, default));
        CollectionAssert.AreEqual(new[] { "127.0.0.2" }, seen.From.ToArray());
    }

    [TestMethod]
    public async Task The_caller_is_who_its_certificate_says()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time, new ProbeRoutes(time));
        var told = Is.Ok(await cluster[2].Links.Find(new("n1"))!.CallAsync<Told>(HttpMethod.Post, "test/who", null, default));
        Assert.AreEqual("n2", told.Peer);
    }

    [TestMethod]
    public async Task A_lost_path_is_survived_and_shown_and_comes_back()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time, new ProbeRoutes(time));
        await using var wire = new CuttableProxy(cluster.Addresses(1)[0].EndPoint);
        await JoinThroughAsync(cluster, wire);
        var link = cluster[2].Links.Find(new("n1"))!;
        await cluster[2].Links.ProbeAsync(default);
        Assert.AreEqual("fast", link.Status().Current!.Network);

        wire.Cut();
        Is.Ok(await link.CallAsync<Told>(HttpMethod.Post, "test/who", null, default));
        Assert.AreEqual("mgmt", link.Status().Current!.Network);
        Assert.IsTrue(link.Status().Degraded);
        Assert.IsTrue(link.Status().Paths[0] is { State: PathState.Down, ConsecutiveFailures: > 0, LastFault: not null });

        wire.Mend();
        await cluster[2].Links.ProbeAsync(default);
        Assert.AreEqual("fast", link.Status().Current!.Network);
        Assert.AreEqual(0, link.Status().Paths[0].ConsecutiveFailures);
    }

    [TestMethod]
    public async Task A_path_lost_in_the_middle_of_a_stream_fails_fast_and_the_next_try_takes_another()
    {
        var routes = new ProbeRoutes(time);
        await using var cluster = await PeerCluster.StartAsync(1, time, routes);
        await using var wire = new CuttableProxy(cluster.Addresses(1)[0].EndPoint);
        await JoinThroughAsync(cluster, wire);
        var link = cluster[2].Links.Find(new("n1"))!;

        var broken = await link.SendStreamAsync<Told>("test/in", async (stream, cancellation) =>
        {
            await stream.WriteAsync(Chunk, cancellation);
            await routes.FirstBytes.Task;
            wire.Cut();
            return await FillAsync(stream, 10_000, cancellation);
        }, default);
        var fault = Is.Refused("streamCut", broken);
        Assert.AreEqual(FaultCode.TimedOut, fault.Code);
        Assert.AreEqual(Retry.AfterLook, fault.Retry);
        await routes.StreamEnded.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.IsFalse(long.TryParse(routes.Ended[0], out _), "half a stream must not look whole");

        var again = Is.Ok(await link.SendStreamAsync<Told>("test/in", (stream, cancellation) => FillAsync(stream, 4, cancellation), default));
        Assert.AreEqual(4 * Chunk.Length, again.Bytes);
        Assert.AreEqual("mgmt", link.Status().Current!.Network);
    }

    [TestMethod]
    public async Task A_stream_keeps_to_the_limit_of_the_network_that_it_goes_over()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time, new ProbeRoutes(time));
        await using var wire = new CuttableProxy(cluster.Addresses(1)[0].EndPoint);
        await JoinThroughAsync(cluster, wire);
        cluster[2].Links.SetLimits(NetworkLimits.Of([("fast", null), ("mgmt", 4 * Chunk.Length)]));
        var link = cluster[2].Links.Find(new("n1"))!;
        Is.Ok(await link.SendStreamAsync<Told>("test/in", (stream, cancellation) => FillAsync(stream, 8, cancellation), default));

        wire.Cut();
        Is.Ok(await link.CallAsync<Told>(HttpMethod.Post, "test/who", null, default));
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromSeconds(1.5), await SpentAsync(link));
    }

    [TestMethod]
    public async Task A_link_that_is_made_anew_keeps_the_limits()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        await using var wire = new CuttableProxy(cluster.Addresses(1)[0].EndPoint);
        Is.Ok(await cluster.JoinAsync(2));
        await cluster.RunAsync(2);
        cluster[2].Links.SetLimits(NetworkLimits.Of([("fast", null), ("mgmt", 1000)]));
        Is.Ok(cluster[1].Readdress(new("n1"), [new MemberAddress("fast", wire.EndPoint), cluster.Addresses(1)[1]]));
        await cluster.LevelAsync();
        await Until.TrueAsync(() => wire.EndPoint.Equals(cluster[2].Links.Find(new("n1"))!.Status().Paths[0].Remote));
        CollectionAssert.AreEqual(new long?[] { null, 1000 }, cluster[2].Links.Find(new("n1"))!.Paths.Select(path => path.Limit.BytesPerSecond).ToArray());
    }

    [TestMethod]
    public void A_network_without_a_limit_takes_that_of_the_preferred_one()
    {
        var limits = NetworkLimits.Of([("fast", 10), ("mgmt", null), ("slow", 3)]);
        CollectionAssert.AreEqual(new long?[] { 10, 10, 3, 10 }, new[] { "fast", "mgmt", "slow", "unknown" }.Select(limits.For).ToArray());
        Assert.IsNull(NetworkLimits.Of([("fast", null), ("mgmt", 3)]).For("fast"));
    }

    [TestMethod]
    public async Task A_producer_that_fails_breaks_the_stream_off_and_its_own_fault_is_told()
    {
        var routes = new ProbeRoutes(time);
        await using var cluster = await PeerCluster.StartAsync(2, time, routes);
        var outcome = await cluster[2].Links.Find(new("n1"))!.SendStreamAsync<Told>("test/in", async (stream, cancellation) =>
        {
            await stream.WriteAsync(Chunk, cancellation);
            await routes.FirstBytes.Task;
            return ProbeRoutes.NoSpace;
        }, default);
        Assert.AreEqual(ProbeRoutes.NoSpace, outcome.Fault);
        await routes.StreamEnded.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.IsFalse(long.TryParse(routes.Ended[0], out _), "half a stream must not look whole");
    }

    [TestMethod]
    public async Task A_refusal_comes_before_anything_is_produced()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time, new ProbeRoutes(time));
        var produced = false;
        var link = cluster[2].Links.Find(new("n1"))!;
        var outcome = await link.SendStreamAsync<Told>("test/refuse", (_, _) =>
        {
            produced = true;
            return Task.FromResult(Outcome.Done);
        }, default);
        Assert.AreEqual(FaultCode.OutOfSpace, outcome.Fault!.Code);
        Assert.AreEqual("Make room.", outcome.Fault.NextStep);
        Assert.IsFalse(produced);
        Assert.AreEqual(PathState.Up, link.Status().Paths[0].State);
    }

    [TestMethod]
    public async Task A_peer_that_holds_the_line_and_does_nothing_is_given_up()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time, new ProbeRoutes(time));
        await using var wire = new CuttableProxy(cluster.Addresses(1)[0].EndPoint);
        await JoinThroughAsync(cluster, wire);
        var link = cluster[2].Links.Find(new("n1"))!;
        wire.Hold();
        var calling = link.CallAsync<Told>(HttpMethod.Post, "test/who", null, default);
        while (!calling.IsCompleted)
        {
            await Task.WhenAny(calling, Task.Delay(20));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Is.Ok(await calling);
        Assert.AreEqual("mgmt", link.Status().Current!.Network);
        Assert.AreEqual(PathState.Down, link.Status().Paths[0].State);
    }

    [TestMethod]
    public async Task Cancelling_a_stream_works_at_once()
    {
        var routes = new ProbeRoutes(time);
        await using var cluster = await PeerCluster.StartAsync(2, time, routes);
        using var stop = new CancellationTokenSource();
        var sending = cluster[2].Links.Find(new("n1"))!.SendStreamAsync<Told>("test/in", async (stream, cancellation) =>
        {
            await stream.WriteAsync(Chunk, cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
            return Outcome.Done;
        }, stop.Token);
        await routes.FirstBytes.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [TestMethod]
    public async Task Both_ends_count_what_a_stream_brought()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time, new ProbeRoutes(time));
        var (from, to) = (cluster[2].Links.Find(new("n1"))!, cluster[1].Links.Find(new("n2"))!);
        Is.Ok(await from.SendStreamAsync<Told>("test/in", (stream, cancellation) => FillAsync(stream, 8, cancellation), default));
        Assert.AreEqual((8L * Chunk.Length, 0L), (from.Status().SentBytes, from.Status().ReceivedBytes));
        Assert.AreEqual((0L, 8L * Chunk.Length), (to.Status().SentBytes, to.Status().ReceivedBytes));
    }

    [TestMethod]
    public async Task A_peer_that_is_gone_is_unreachable_with_a_reason_for_each_path()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time);
        await cluster[1].DisposeAsync();
        var link = cluster[2].Links.Find(new("n1"))!;
        var fault = Is.Refused("unreachable", await link.CallAsync<Hello>(HttpMethod.Post, "hello", null, default));
        Assert.Contains("over fast", fault.Why);
        Assert.Contains("over mgmt", fault.Why);
        Assert.AreEqual(Answer.No, link.Status().Reachable);
    }

    [TestMethod]
    public async Task An_address_that_leads_back_to_the_node_itself_is_told()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time);
        await using var loop = new CuttableProxy(cluster.Addresses(1)[0].EndPoint);
        Is.Ok(cluster[1].Readdress(new("n2"), [new MemberAddress("fast", loop.EndPoint)]));
        var fault = Is.Refused("addressTaken", cluster[1].Readdress(new("n2"), cluster.Addresses(1)));
        Assert.Contains("n1", fault.Why);
        await cluster[1].Links.ProbeAsync(default);
        var path = cluster[1].Links.Find(new("n2"))!.Status().Paths.Single();
        Assert.AreEqual(PathState.Down, path.State);
        Assert.AreEqual("ownCertificate", PeerFaults.ReasonOf(path.LastFault!));
    }

    // How far the clock had to go for a stream of eight chunks.
    private async Task<TimeSpan> SpentAsync(PeerLink link)
    {
        var began = time.GetUtcNow();
        var sending = link.SendStreamAsync<Told>("test/in", (stream, cancellation) => FillAsync(stream, 8, cancellation), default);
        while (await Task.WhenAny(sending, Task.Delay(20)) != sending)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Is.Ok(await sending);
        return time.GetUtcNow() - began;
    }

    private static async Task<Outcome> FillAsync(Stream stream, int chunks, CancellationToken cancellation)
    {
        for (var count = 0; count < chunks; count++)
        {
            await stream.WriteAsync(Chunk, cancellation);
        }

        return Outcome.Done;
    }

    // n2 knows n1's fast address as the near end of a wire that the test can cut.
    private static async Task JoinThroughAsync(PeerCluster cluster, CuttableProxy wire)
    {
        Is.Ok(await cluster.JoinAsync(2));
        await cluster.RunAsync(2);
        Is.Ok(cluster[1].Readdress(new("n1"),
            [new MemberAddress("fast", wire.EndPoint), cluster.Addresses(1)[1]]));
        await cluster.LevelAsync();
        // n2's own loop may have taken the list already; its links follow right after.
        await Until.TrueAsync(() => wire.EndPoint.Equals(cluster[2].Links.Find(new("n1"))!.Status().Paths[0].Remote));
    }
}
