using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Services;

[TestClass]
public sealed class ServicePartsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly List<string> log = [];

    [TestMethod]
    public async Task Parts_start_in_order_and_stop_in_reverse()
    {
        var parts = Parts(new("a", log, TimeProvider.System), new("b", log, TimeProvider.System), new("c", log, TimeProvider.System));
        Assert.IsTrue((await parts.StartAsync(PartStart.Ordinary, Long, default)).IsOk);
        Assert.IsTrue((await parts.StopAsync(StopManner.Orderly, Long, default)).IsOk);
        Assert.AreEqual("start a, start b, start c, stop c, stop b, stop a", string.Join(", ", log));
        Assert.AreEqual("a b c", string.Join(' ', (await parts.MonitorAsync(Long, default)).Select(sight => sight.Reason)));
    }

    [TestMethod]
    public async Task A_part_that_does_not_start_ends_the_start_and_is_named()
    {
        var parts = Parts(new("a", log, TimeProvider.System), new("b", log, TimeProvider.System) { Fails = "start" }, new("c", log, TimeProvider.System));
        var report = await parts.StartAsync(PartStart.AfterFence, Long, default);
        Assert.AreEqual("b", report.Failures.Single().Part);
        Assert.AreEqual("start a, start b", string.Join(", ", log));
    }

    [TestMethod]
    public async Task A_part_that_does_not_stop_keeps_none_of_the_others_and_the_deadline_holds()
    {
        var parts = Parts(
            new("a", log, TimeProvider.System) { Fails = "stop" },
            new("b", log, TimeProvider.System),
            new("c", log, TimeProvider.System) { Hangs = "stop" });
        var report = await parts.StopAsync(StopManner.Kill, TimeSpan.FromMilliseconds(600), default);
        Assert.AreEqual("stop c, stop b, stop a", string.Join(", ", log));
        Assert.AreEqual("c a", string.Join(' ', report.Failures.Select(failure => failure.Part)));
        Assert.IsFalse(report.IsOk);
        Assert.IsLessThanOrEqualTo(TimeSpan.FromMilliseconds(600), report.Took);
    }

    [TestMethod]
    public async Task Freezing_is_tried_on_all_parts_and_tells_which_did_not()
    {
        var parts = Parts(new("a", log, TimeProvider.System) { Fails = "freeze" }, new("b", log, TimeProvider.System));
        var report = await parts.FreezeAsync(Long, default);
        Assert.AreEqual("a", report.Failures.Single().Part);
        Assert.AreEqual("a freeze: told so", report.ToString());
        Assert.HasCount(2, log);
        Assert.IsTrue((await parts.ThawAsync(Long, default)).IsOk);
    }

    [TestMethod]
    public async Task A_part_that_does_not_thaw_leaves_the_others_all_of_their_time()
    {
        var time = new ManualTimeProvider();
        var parts = new ServiceParts([new PlayedPart("a", log, time) { Hangs = "thaw" }, new PlayedPart("b", log, time)], time);
        var thawing = parts.ThawAsync(Long, default);
        Assert.AreEqual("thaw a, thaw b", string.Join(", ", log));
        time.Advance(Long);
        Assert.AreEqual("a", (await thawing).Failures.Single().Part);
    }

    [TestMethod]
    public async Task A_service_without_parts_is_up_and_down_at_once()
    {
        Assert.IsTrue((await Parts().StartAsync(PartStart.Ordinary, Long, default)).IsOk);
        Assert.IsTrue((await Parts().StopAsync(StopManner.Kill, Long, default)).IsOk);
    }

    [TestMethod]
    public async Task A_caller_that_gives_up_is_told()
    {
        using var over = new CancellationTokenSource();
        var stopping = Parts(new PlayedPart("a", log, TimeProvider.System) { Hangs = "stop" }).StopAsync(StopManner.Kill, Long, over.Token);
        await over.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => stopping);
    }

    private static ServiceParts Parts(params PlayedPart[] parts) => new(parts, TimeProvider.System);
}
