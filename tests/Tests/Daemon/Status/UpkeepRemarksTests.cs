using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Status;

[TestClass]
public sealed class UpkeepRemarksTests
{
    private static readonly BackendId Backend = new("mirror");
    private static readonly Fault Away = new(FaultCode.ControlPlaneUnavailable, "cannot look after pool tank", "the store is away", "Bring it back.", Retry.Later);
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public void Storage_that_is_looked_after_and_storage_that_needs_no_care_have_nothing_to_say()
    {
        var watch = new UpkeepWatch(time);
        Assert.IsEmpty(Remarks(watch));
        watch.Kept(Backend, null);
        watch.Saw(Backend, Told(null));

        Assert.IsEmpty(Remarks(watch));
    }

    [TestMethod]
    public void Writes_that_wait_a_step_that_failed_and_one_that_is_long_ago_are_told()
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Backend, Told(TimeSpan.FromSeconds(5)));
        watch.Kept(Backend, Away);
        time.Advance(TimeSpan.FromSeconds(40));

        var remarks = Remarks(watch);

        Assert.HasCount(3, remarks);
        Assert.AreEqual("Writes of mirror:tank have waited for the other copy for 45 s.", remarks[0]);
        StringAssert.Contains(remarks[1], "mirror:tank was not looked after for 40 s");
        StringAssert.Contains(remarks[2], "the store is away");
    }

    [TestMethod]
    public void What_cannot_be_read_is_told_and_what_was_seen_before_stays_as_long_as_it_is_fresh()
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Backend, Told(null));
        watch.Saw(Backend, Away);

        StringAssert.Contains(Remarks(watch).Single(), "the store is away");
        Assert.IsNotNull(watch.Find(new UnitId(Backend, "tank")));
        watch.Saw(Backend, Told(null));
        Assert.IsEmpty(Remarks(watch));
    }

    private List<string> Remarks(UpkeepWatch watch) => [.. UpkeepRemarks.Of(watch.Find(Backend), watch, time.GetUtcNow())];

    private Outcome<IReadOnlyList<UpkeepReport>> Told(TimeSpan? frozen) =>
        Outcome.Ok<IReadOnlyList<UpkeepReport>>([new UpkeepReport(new UnitId(Backend, "tank"), time.GetUtcNow()) { FrozenFor = frozen }]);
}
