using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Plugins;

[TestClass]
public sealed class UpkeepLoopTests
{
    [TestMethod]
    public async Task Every_backend_is_looked_after_each_second_and_a_slow_one_holds_up_only_itself()
    {
        var time = new ManualTimeProvider();
        using var stopping = new CancellationTokenSource();
        var quick = new Kept();
        var slow = new Kept { Hold = new TaskCompletionSource<Outcome>() };
        var backends = new Dictionary<BackendId, IBackend> { [new BackendId("quick")] = quick, [new BackendId("slow")] = slow };
        var watch = new UpkeepWatch(time);
        var loop = new UpkeepLoop(() => backends, watch, time, NullLogger.Instance).RunAsync(stopping.Token);

        for (var second = 0; second < 3; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.AreEqual((4, 1), (quick.Count, slow.Count));
        Assert.AreEqual(4, slow.Asked, "a step that hangs does not hold up the question what it saw");
        Assert.AreEqual("slow:u", watch.Lines.Single().Report.Unit.ToString());
        slow.Hold.SetResult(Outcome.Done);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(2, slow.Count);
        await stopping.CancelAsync();
        await loop;
    }

    private sealed class Kept : IBackend, IUpkeep
    {
        public int Count { get; private set; }

        public TaskCompletionSource<Outcome>? Hold { get; init; }

        public BackendDescription Describe() => new("kept", Capabilities.None, FenceStrength.NodeFenceRequired);

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public int Asked { get; private set; }

        public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation)
        {
            Asked++;
            return Task.FromResult(Outcome.Ok<IReadOnlyList<UpkeepReport>>(Hold is null ? [] : [new UpkeepReport(new UnitId(new BackendId("slow"), "u"), DateTimeOffset.UnixEpoch)]));
        }

        public Task<Outcome> KeepAsync(CancellationToken cancellation)
        {
            Count++;
            return Hold is { Task.IsCompleted: false } ? Hold.Task : Task.FromResult(Outcome.Done);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
