using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Flight;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover.Flight;

/// <summary>When lines reach the disk: what happens at once, what a node at rest does together.</summary>
[TestClass]
public sealed class FlightRecorderTests : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly ManualTimeProvider time = new();
    private readonly CancellationTokenSource stop = new();
    private FlightRecorder recorder = null!;
    private Task running = null!;

    [TestInitialize]
    public async Task BeginAsync()
    {
        recorder = new FlightRecorder(folder["flight"], [], time, NullLogger.Instance);
        running = recorder.RunAsync(stop.Token);
        recorder.Begin(new NodeSettings(new NodeId("n1"), "boot", Timings.Compute(TimingChoice.Of(TimingChoice.DefaultStall)).Value), NodeState.Fresh);
        await WrittenAsync(1);
        await Until.TrueAsync(() => time.ActiveTimers > 0);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    public async Task Renewals_wait_for_the_next_thing_that_happens_and_come_before_it()
    {
        Rest();
        Assert.AreEqual(1, Lines().Count);
        recorder.Take(new Instant(2), new NodeInput.ShutdownBegan(), NodeState.Fresh, new NodeDecision(NodeState.Fresh, []));
        await WrittenAsync(4);
        Assert.Contains("ShutdownBegan", Lines()[^1], StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public async Task Renewals_alone_are_written_after_some_seconds()
    {
        Rest();
        time.Advance(TimeSpan.FromSeconds(4));
        await WrittenAsync(3);
    }

    [TestMethod]
    public async Task A_tick_that_sets_more_going_than_a_renewal_is_written_at_once()
    {
        recorder.Take(new Instant(1), new NodeInput.Ticked(), NodeState.Fresh, new NodeDecision(NodeState.Fresh, [new NodeEffect.Freeze("silent")]));
        await WrittenAsync(2);
    }

    [TestMethod]
    public async Task What_waits_at_the_end_is_written()
    {
        Rest();
        await stop.CancelAsync();
        await running;
        Assert.AreEqual(3, Lines().Count);
    }

    private void Rest()
    {
        recorder.Take(new Instant(1), new NodeInput.Ticked(), NodeState.Fresh, new NodeDecision(NodeState.Fresh, [new NodeEffect.Renew(1)]));
        recorder.Take(new Instant(1), new NodeInput.Renewed(1, new Instant(1)), NodeState.Fresh, new NodeDecision(NodeState.Fresh, []));
    }

    private Task WrittenAsync(int lines) => Until.TrueAsync(() => Lines().Count == lines);

    private List<string> Lines() => Directory.Exists(folder["flight"])
        ? [.. Directory.EnumerateFiles(folder["flight"]).SelectMany(File.ReadLines)] : [];
}
