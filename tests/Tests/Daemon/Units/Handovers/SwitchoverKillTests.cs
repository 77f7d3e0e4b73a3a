using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

/// <summary>
/// Kills the old writer, the new one, or both, at every point of a planned move over real Directory backends: before and
/// after each write of the journal, each call to a backend, each piece of a stream. At no point may two nodes have the
/// unit writable; what starts again must end with one writer that has every write, by itself.
/// </summary>
[TestClass]
public sealed class SwitchoverKillTests
{
    private const int MostPoints = 400;

    [TestMethod]
    [DataRow(null)]
    [DataRow("n1")]
    [DataRow("n2")]
    public async Task A_kill_at_any_point_of_a_planned_move_loses_nothing(string? victim)
    {
        var (undone, completed) = (0, 0);
        for (var at = 1; at < MostPoints; at++)
        {
            using var folder = TempFolder.InMemory();
            var time = new ManualTimeProvider();
            var (content, point) = await KilledAtAsync(folder.Path, time, victim, at);
            if (point is null)
            {
                Assert.IsGreaterThan(30, at, "a planned move has hardly any points");
                Assert.IsGreaterThan(10, undone);
                Assert.IsGreaterThan(2, completed);
                return;
            }

            var isMoved = await MendAsync(folder.Path, time, content, isLong: at % 9 == 0, $"after a kill of {victim ?? "all"} at {at}, {point}");
            (undone, completed) = isMoved ? (undone, completed + 1) : (undone + 1, completed);
        }

        Assert.Fail($"a planned move has more than {MostPoints} points");
    }

    private static async Task<(string Content, string? Point)> KilledAtAsync(string root, ManualTimeProvider time, string? victim, int at)
    {
        string content;
        await using (var before = new MovingCluster(root, time))
        {
            await before.CreateAsync();
            content = before.Content(before[1]);
        }

        var kill = new KillSwitch { At = at, Victim = victim };
        await using var cluster = new MovingCluster(root, time, kill);
        try
        {
            _ = await cluster.MoveAsync(1, 2);
        }
        catch (Killed)
        {
            // What this test is about.
        }

        return (content, kill.Point);
    }

    private static async Task<bool> MendAsync(string root, ManualTimeProvider time, string content, bool isLong, string because)
    {
        await using var cluster = new MovingCluster(root, time);
        await cluster.StartAllAsync();
        var writer = cluster.Writer;
        Assert.AreEqual(content, cluster.Content(writer), $"{writer.Id} does not have every write {because}");
        Assert.IsTrue(cluster.IsWritable(writer.Id), $"nobody can write {because}");
        Assert.IsEmpty(cluster[1].Journal.Open().Where(open => open.Kind == "switchover"), $"the move is left open {because}");
        var isMoved = writer.Id == MovingCluster.Ids[1];
        Assert.AreEqual(isMoved ? 2 : 1, writer.Registry.Find(MovingCluster.Unit)!.Epoch.Value, because);

        // Life goes on: the others follow, and the unit can be moved there or back.
        cluster.Write(writer, 77);
        await cluster.CycleAsync();
        foreach (var copy in new[] { 1, 2, 3 }.Select(number => cluster[number]).Where(node => node != writer))
        {
            Assert.AreEqual(cluster.Content(writer), await cluster.CopyContentAsync(copy), $"the copy on {copy.Id} {because}");
        }

        if (!isLong)
        {
            return isMoved;
        }

        var again = isMoved ? await cluster.MoveAsync(2, 1) : await cluster.MoveAsync(1, 2);
        Assert.IsTrue(again.IsOk, $"{again.Fault} {because}");
        Assert.AreEqual(isMoved ? "n1" : "n2", cluster.Writer.Id.Value, because);
        return isMoved;
    }
}
