using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Tests.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Hosting;

/// <summary>The first scraper does not pay for what the agent had not compiled yet.</summary>
[TestClass]
public sealed class MetricsWarmTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task Warming_asks_once_in_each_format()
    {
        var asked = 0;
        await using var server = await StartAsync(_ => Interlocked.Increment(ref asked));
        var warmed = await server.WarmAsync(None);
        Assert.IsTrue(warmed.IsOk, warmed.Fault?.ToString());
        Assert.AreEqual(2, asked);
    }

    [TestMethod]
    public async Task A_server_that_does_not_answer_is_told_and_does_not_throw()
    {
        var server = await StartAsync(_ => { });
        await server.StopAsync();
        var warmed = await server.WarmAsync(None);
        Assert.IsFalse(warmed.IsOk);
        StringAssert.Contains(warmed.Fault!.What, "whether metrics are served");
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task Health_is_told_in_plain_text()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new HttpClient { BaseAddress = server.Address };
        using var answer = await client.GetAsync(new Uri("/healthz", UriKind.Relative));
        Assert.AreEqual("ok\n", await answer.Content.ReadAsStringAsync());
        Assert.AreEqual("text/plain; charset=utf-8", answer.Content.Headers.NonValidated["Content-Type"].ToString());
    }

    [TestMethod]
    public async Task Switched_off_there_is_nothing_to_warm()
    {
        var none = await NodeAgent.Daemon.Hosting.MetricsServer.StartAsync(
            null, new MetricsServing(new AgentMetrics(NullLogger<AgentMetrics>.Instance), []), NullLoggerFactory.Instance, TimeProvider.System, None);
        Assert.IsTrue((await none.Value.WarmAsync(None)).IsOk);
    }

    private static async Task<NodeAgent.Daemon.Hosting.MetricsServer> StartAsync(Action<AgentMetrics> collect)
    {
        var serving = new MetricsServing(new AgentMetrics(NullLogger<AgentMetrics>.Instance), [new FakeSource("counts", collect)]);
        var started = await NodeAgent.Daemon.Hosting.MetricsServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), serving, NullLoggerFactory.Instance, TimeProvider.System, None);
        Assert.IsTrue(started.IsOk, started.Fault?.ToString());
        return started.Value;
    }
}
