using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Linux.Fencing;
using NodeAgent.Tests.Linux.Fencing;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class FenceTestsTests : IDisposable
{
    private static readonly NodeId Sound = new("n2");
    private static readonly NodeId Dead = new("n3");
    private static readonly NodeId Away = new("n4");
    private readonly FenceStand stand = new();

    public void Dispose() => stand.Dispose();

    [TestMethod]
    public async Task A_dead_device_is_found_before_it_is_needed()
    {
        var tests = Make(TimeProvider.System);
        var found = await tests.LookAsync(CancellationToken.None);
        Assert.IsEmpty(found[Sound]);
        StringAssert.Contains(found[Dead].Single().Native, "Connection timed out");
        var problem = FailoverProblems.OfDevices(tests.Found).Single();
        Assert.AreEqual(Dead.Value, problem.Subject);
        StringAssert.EndsWith(problem.Text, "if n3 dies its power may not be cut");
    }

    [TestMethod]
    public async Task A_device_is_not_asked_while_its_node_is_away()
    {
        var found = await Make(TimeProvider.System).LookAsync(CancellationToken.None);
        Assert.IsFalse(found.ContainsKey(Away), "a node that is off may well say off");
        Assert.IsFalse(File.Exists(stand["away.log"]), "it was asked");
    }

    [TestMethod]
    public async Task All_are_asked_by_themselves_soon_after_the_start()
    {
        var time = new ManualTimeProvider();
        using var ending = new CancellationTokenSource();
        var tests = Make(time);
        var running = tests.RunAsync(ending.Token);
        Assert.IsEmpty(tests.Found);
        time.Advance(TimeSpan.FromMinutes(3));
        while (tests.Found.Count == 0 && !running.IsCompleted)
        {
            await Task.Yield();
        }

        Assert.HasCount(1, tests.Found[Dead]);
        await ending.CancelAsync();
        await running;
    }

    private FenceTests Make(TimeProvider time)
    {
        var sound = stand.Agent("sound", "[ $action = status ] && echo 'Status: ON'; exit 0");
        var dead = stand.Agent("dead", "echo 'Connection timed out' >&2; exit 1");
        var away = stand.Agent("away", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exit 0");
        Dictionary<NodeId, IReadOnlyList<FenceLevel>> levels = new() { [Sound] = [new([sound])], [Dead] = [new([dead])], [Away] = [new([away])] };
        var power = new FakePower();
        var view = ClusterView.Empty with { Live = ClusterView.Empty.Live.Add(Sound.Value, 1).Add(Dead.Value, 2) };
        return new FenceTests(new PowerEffects(stand.Fence, levels, power, power, power), () => view, time);
    }
}
