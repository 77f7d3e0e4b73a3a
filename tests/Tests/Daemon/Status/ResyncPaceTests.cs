using NodeAgent.Daemon.Status;

namespace NodeAgent.Tests.Daemon.Status;

[TestClass]
public sealed class ResyncPaceTests
{
    [TestMethod]
    public void The_end_is_told_by_the_pace_of_the_last_two_minutes()
    {
        var pace = new ResyncPace();

        Assert.IsNull(pace.Note(At(0), 1000));
        Assert.IsNull(pace.Note(At(9), 910), "too early to tell");
        Assert.AreEqual(TimeSpan.FromSeconds(90), pace.Note(At(10), 900));
        for (var second = 11; second <= 300; second++)
        {
            // Ten times slower from here on.
            _ = pace.Note(At(second), 900 - (second - 10));
        }

        Assert.AreEqual(610 - 1, pace.Note(At(301), 609)!.Value.TotalSeconds, 0.001);
    }

    [TestMethod]
    public void What_does_not_get_on_has_no_end_and_what_begins_anew_is_measured_anew()
    {
        var pace = new ResyncPace();
        _ = pace.Note(At(0), 1000);
        Assert.IsNull(pace.Note(At(20), 1000));
        Assert.IsNotNull(pace.Note(At(30), 500));

        Assert.IsNull(pace.Note(At(31), 5000), "more is left than before: it is another one");
        Assert.IsNull(pace.Note(At(40), null));
        Assert.IsNull(pace.Note(At(60), 100), "after a pause");
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
