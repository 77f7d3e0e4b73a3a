using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Hosting;

/// <summary>Metrics that cannot be served cost the agent nothing.</summary>
[TestClass]
public sealed class MetricsListeningTests
{
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public async Task A_port_that_another_has_is_told_and_taken_when_it_is_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var place = (IPEndPoint)other.LocalEndpoint;
        await using var listening = new MetricsListening(cancellation => StartAsync(place, cancellation), time, NullLogger.Instance);
        await listening.StartAsync(default);
        StringAssert.Contains(listening.Problems(new("n1")).Single().Text, $"cannot serve metrics on {place}");

        other.Stop();
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return listening.Trouble is null;
        });
        Assert.IsEmpty(listening.Problems(new("n1")));
        using var client = new HttpClient();
        Assert.AreEqual("ok\n", await client.GetStringAsync(new Uri($"http://{place}/healthz")));
    }

    [TestMethod]
    public async Task An_address_that_is_not_here_yet_is_listened_on_all_the_same()
    {
        // TEST-NET-1, RFC 5737: nobody has it.
        var started = await StartAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 0), default);
        Assert.IsTrue(started.IsOk, started.Fault?.ToString());
        await started.Value.DisposeAsync();
    }

    private static Task<Outcome<NodeAgent.Daemon.Hosting.MetricsServer>> StartAsync(IPEndPoint place, CancellationToken cancellation) =>
        NodeAgent.Daemon.Hosting.MetricsServer.StartAsync(
            place, new MetricsServing(new AgentMetrics(NullLogger<AgentMetrics>.Instance), []), NullLoggerFactory.Instance, TimeProvider.System, cancellation);
}
