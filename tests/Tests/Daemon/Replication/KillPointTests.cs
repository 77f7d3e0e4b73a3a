using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>
/// Kills both agents at every point of a replication cycle: before and after each journal write, each call to a
/// backend, each piece of a stream (148 points on 24 November 2026). What starts again over the same disks must end with an equal copy, by itself.
/// </summary>
[TestClass]
public sealed class KillPointTests
{
    private const int MostPoints = 400;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task A_kill_at_any_point_of_the_first_full_copy_loses_nothing() =>
        Assert.IsGreaterThan(55, await KillEverywhereAsync(cyclesBefore: 0));

    [TestMethod]
    public async Task A_kill_at_any_point_of_an_increment_loses_nothing() =>
        Assert.IsGreaterThan(55, await KillEverywhereAsync(cyclesBefore: 3));

    [TestMethod]
    public async Task A_second_kill_while_the_first_is_being_mended_loses_nothing()
    {
        var points = 0;
        for (var at = 3; at < MostPoints; at += 3)
        {
            using var folder = new TempFolder();
            var time = new ManualTimeProvider();
            await PrepareAsync(folder.Path, time, 1);
            if (!await KilledAtAsync(folder.Path, time, at))
            {
                break;
            }

            await KilledAtAsync(folder.Path, time, 2 + (at % 17));
            await MendAsync(folder.Path, time, $"after kills at {at} and {2 + (at % 17)}");
            points++;
        }

        TestContext.WriteLine($"{points} points");
        Assert.IsGreaterThan(12, points);
    }

    private async Task<int> KillEverywhereAsync(int cyclesBefore)
    {
        for (var at = 1; at < MostPoints; at++)
        {
            using var folder = new TempFolder();
            var time = new ManualTimeProvider();
            await PrepareAsync(folder.Path, time, cyclesBefore);
            if (!await KilledAtAsync(folder.Path, time, at))
            {
                TestContext.WriteLine($"{at - 1} points");
                return at - 1;
            }

            await MendAsync(folder.Path, time, $"after a kill at point {at}");
        }

        throw new AssertFailedException($"a cycle has more than {MostPoints} points");
    }

    private static async Task PrepareAsync(string root, ManualTimeProvider time, int cycles)
    {
        await using var world = new ReplicationWorld(root, time);
        await world.CreateAsync();
        await world.WriteAsync(1);
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await world.GoodCycleAsync();
            await world.WriteAsync(2 + cycle);
        }
    }

    private static async Task<bool> KilledAtAsync(string root, ManualTimeProvider time, int at)
    {
        var kill = new KillSwitch { At = at };
        await using var world = new ReplicationWorld(root, time, kill);
        try
        {
            await world.CycleAsync();
            return false;
        }
        catch (Killed)
        {
            return true;
        }
    }

    private static async Task MendAsync(string root, ManualTimeProvider time, string because)
    {
        await using var world = new ReplicationWorld(root, time);
        await world.GoodCycleAsync();
        await world.AssertEqualAsync(because);
        await world.WriteAsync(99);
        await world.GoodCycleAsync();
        await world.AssertEqualAsync($"one cycle later, {because}");
    }
}
