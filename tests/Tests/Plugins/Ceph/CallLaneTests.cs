using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Calls;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Calls that hang are left behind, counted, and in the end no more are begun.</summary>
[TestClass]
public sealed class CallLaneTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task Calls_that_hang_are_left_behind_until_there_are_too_many()
    {
        using var lane = new CallLane(TimeProvider.System, width: 2, mostLeftBehind: 3);
        using var hang = new ManualResetEventSlim();
        for (var i = 1; i <= 3; i++)
        {
            var late = await lane.RunAsync("cannot hang", Short, () => Hang(hang), CancellationToken.None);
            Assert.AreEqual(FaultCode.TimedOut, late.Fault?.Code);
            Assert.AreEqual(i, lane.LeftBehind);
        }

        var refused = await lane.RunAsync("cannot look", Long, () => new Outcome<int>(1), CancellationToken.None);
        Assert.AreEqual(FaultCode.Busy, refused.Fault?.Code);
        hang.Set();
        await Support.Until.TrueAsync(() => lane.LeftBehind == 0);
        Assert.AreEqual(1, (await lane.RunAsync("cannot look", Long, () => new Outcome<int>(1), CancellationToken.None)).Value);
    }

    [TestMethod]
    public async Task An_exception_in_a_call_is_a_fault()
    {
        using var lane = new CallLane(TimeProvider.System);
        var failed = await lane.RunAsync<int>("cannot", Long, () => throw new InvalidOperationException("bug"), CancellationToken.None);
        Assert.AreEqual(FaultCode.Internal, failed.Fault?.Code);
    }

    [TestMethod]
    public async Task What_comes_too_late_is_closed()
    {
        using var lane = new CallLane(TimeProvider.System);
        using var hang = new ManualResetEventSlim();
        var late = new MemoryStream();
        var outcome = await lane.RunAsync<Stream>(
            "cannot open", Short,
            () =>
            {
                hang.Wait();
                return late;
            },
            CancellationToken.None);
        Assert.AreEqual(FaultCode.TimedOut, outcome.Fault?.Code);
        hang.Set();
        await Support.Until.TrueAsync(() => !late.CanRead);
        Assert.AreEqual(0, lane.LeftBehind);
    }

    [TestMethod]
    public async Task A_closed_lane_begins_nothing()
    {
        var lane = new CallLane(TimeProvider.System);
        lane.Dispose();
        var refused = await lane.RunAsync("cannot", Long, () => new Outcome<int>(1), CancellationToken.None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code);
    }

    private static Outcome<int> Hang(ManualResetEventSlim until)
    {
        until.Wait();
        return 1;
    }
}
