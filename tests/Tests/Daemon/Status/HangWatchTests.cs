using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Linux.Disks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Status;

[TestClass]
public sealed class HangWatchTests : IDisposable
{
    private static readonly BackendId Tank = new("tank");
    private static readonly UnitId Data = new(Tank, "data");
    private readonly TempFolder folder = new();
    private readonly ManualTimeProvider time = new();
    private readonly List<string> asked = [];
    private TaskCompletionSource<Answer> answer = new();
    private DiskCount count = new(100, 0);
    private bool isSuspended;
    private UnitId? unit;

    [TestMethod]
    public void A_device_for_which_something_waits_and_nothing_ends_hangs_once_no_block_can_be_read()
    {
        var watch = Watch();
        count = new DiskCount(100, 3);
        Pass(watch, 6);
        Assert.IsNull(watch.Find(Tank));
        Assert.IsEmpty(asked, "a short stall is everyday");

        Pass(watch, 60);
        Assert.HasCount(1, asked, "whoever waits for a hung device cannot be killed: one is enough");
        Assert.AreEqual(66, watch.Find(Tank)!.For.TotalSeconds, 4);
        StringAssert.Contains(watch.Find(Tank)!.ToString(), asked[0]);
        answer.SetResult(Answer.No);
        Assert.IsNotNull(watch.Find(Tank), "given up is not answered");
        Assert.IsNull(watch.Find(new BackendId("other")));
    }

    [TestMethod]
    public void Counters_that_say_too_much_are_not_believed_when_a_block_is_read()
    {
        var watch = Watch();
        count = new DiskCount(100, 1);
        Pass(watch, 20);
        answer.SetResult(Answer.Yes);
        Pass(watch, 200);
        Assert.IsNull(watch.Find(Tank));
    }

    [TestMethod]
    public void A_read_that_could_not_be_begun_is_no_answer_and_is_tried_again()
    {
        var watch = Watch();
        count = new DiskCount(100, 1);
        answer.SetResult(Answer.Unknown);
        Pass(watch, 20);
        Assert.IsNull(watch.Find(Tank), "nobody asked the device");
        answer = new();
        Pass(watch, 60);
        Assert.IsGreaterThan(70, watch.Find(Tank)!.For.TotalSeconds);
    }

    [TestMethod]
    public void A_device_that_was_read_once_and_hangs_later_is_told()
    {
        var watch = Watch();
        count = new DiskCount(100, 1);
        answer.SetResult(Answer.Yes);
        Pass(watch, 20);
        answer = new();
        Pass(watch, 60);
        Assert.IsNotNull(watch.Find(Tank), "nothing ended since, and no block can be read any more");
    }

    [TestMethod]
    public void A_device_that_answers_again_does_not_hang_any_more()
    {
        var watch = Watch();
        count = new DiskCount(100, 1);
        Pass(watch, 30);
        Assert.IsNotNull(watch.Find(Tank));
        count = new DiskCount(101, 1);
        Pass(watch, 4);
        Assert.IsNull(watch.Find(Tank));
        (count, answer) = (new DiskCount(101, 1), new());
        Pass(watch, 20);
        Assert.HasCount(2, asked, "it hangs anew");
        Assert.IsLessThan(26, watch.Find(Tank)!.For.TotalSeconds);
    }

    [TestMethod]
    public void A_disk_that_spins_up_for_ten_seconds_is_not_given_up_for_a_counter_that_leaked()
    {
        var watch = Watch();
        count = new DiskCount(100, 1);
        Pass(watch, 22);
        Assert.HasCount(1, asked);
        Assert.IsNotNull(watch.Find(Tank), "told: nobody knows yet");
        Assert.IsNull(watch.FindLost(Data, TimeSpan.FromSeconds(20)), "a block was waited for no longer than a disk may take");
        answer.SetResult(Answer.Yes);
        Pass(watch, 2);
        Assert.IsNull(watch.Find(Tank));
    }

    [TestMethod]
    public void A_device_whose_block_is_waited_for_in_vain_is_given_up_after_the_limit()
    {
        var watch = Watch();
        count = new DiskCount(100, 1);
        Pass(watch, 34);
        Assert.IsNotNull(watch.FindLost(Data, TimeSpan.FromSeconds(20)));
        Assert.IsNull(watch.FindLost(Data, TimeSpan.FromSeconds(60)));
        Pass(watch, 30);
        Assert.IsNotNull(watch.FindLost(Data, TimeSpan.FromSeconds(60)), "no later than it says");
    }

    [TestMethod]
    public void What_hangs_under_one_unit_is_told_and_gives_up_no_other()
    {
        unit = Data;
        var watch = Watch();
        (count, isSuspended) = (new DiskCount(100, 1), true);
        Pass(watch, 70);

        Assert.IsNotNull(watch.Find(Tank));
        Assert.IsNotNull(watch.FindLost(Data, TimeSpan.FromSeconds(20)));
        Assert.IsNull(watch.FindLost(new UnitId(Tank, "other"), TimeSpan.FromSeconds(20)));
    }

    [TestMethod]
    public void An_idle_device_does_not_hang()
    {
        var watch = Watch();
        Pass(watch, 300);
        Assert.IsEmpty(asked);
        Assert.IsNull(watch.Find(Tank));
    }

    [TestMethod]
    public void A_pool_that_says_it_is_suspended_hangs_though_its_devices_have_nothing_to_do()
    {
        var watch = Watch();
        isSuspended = true;
        Pass(watch, 60);
        Assert.AreEqual(60, watch.Find(Tank)!.For.TotalSeconds, 4);
        Assert.AreEqual("pool tank has suspended all I/O for 1 m", watch.Find(Tank)!.ToString());
        Assert.IsNull(watch.Find(new BackendId("other")));
        Assert.IsEmpty(asked, "it is taken at its word");
        Assert.IsNotNull(watch.FindLost(Data, TimeSpan.FromSeconds(50)));
        time.Advance(TimeSpan.FromMinutes(10));
        watch.Look(CancellationToken.None);
        Assert.AreEqual(TimeSpan.Zero, watch.Find(Tank)!.For, "in that time the agent stood still");
        isSuspended = false;
        Pass(watch, 2);
        Assert.IsNull(watch.Find(Tank));
    }

    [TestMethod]
    public void Time_in_which_the_agent_stood_still_is_nothing_against_a_device()
    {
        var watch = Watch();
        count = new DiskCount(100, 1);
        Pass(watch, 4);
        time.Advance(TimeSpan.FromMinutes(10));
        watch.Look(CancellationToken.None);
        Pass(watch, 4);
        Assert.IsEmpty(asked);
        Assert.IsNull(watch.Find(Tank));
    }

    public void Dispose() => folder.Dispose();

    private HangWatch Watch()
    {
        File.WriteAllText(folder["vdb1"], "");
        return new HangWatch(
            () => [(Tank, [new PoolReport("tank", HealthLevel.Ok, null, null, null, [], "") { Devices = [folder["vdb1"], folder["gone"]], IsSuspended = isSuspended, Unit = unit }])], () => new Dictionary<string, DiskCount> { ["vdb1"] = count, ["vdz"] = new(1, 9) },
            (device, _) =>
            {
                asked.Add(device);
                return answer.Task;
            },
            time);
    }

    private void Pass(HangWatch watch, double seconds)
    {
        for (var at = 0.0; at < seconds; at += 2)
        {
            watch.Look(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(2));
        }
    }
}
