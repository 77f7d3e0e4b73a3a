using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Images;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>
/// Images that are opened and closed at once, by many threads. Without the pause of <see cref="ImageCalls.Open"/> librbd 16
/// aborts the process here, or a call never comes back: by 2,000 to 7,000 opens on a loaded machine.
/// </summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class OpeningTests
{
    private const int Threads = 8;
    private const int Opens = 400;
    private const string What = "cannot try opening";

    [TestMethod]
    public async Task Closing_what_was_just_opened_neither_aborts_nor_hangs()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "opening", patience: 60);
        var unit = CephLab.Unit("u", "opening");
        var volume = await CephLab.MakeAsync(storage, unit);
        var made = await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "a"), CephLab.Grant(unit), CancellationToken.None);
        Assert.IsTrue(made.IsOk, $"{made.Fault}");
        var opened = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => OpenManyAsync(storage)));
        Assert.AreEqual(Threads * Opens, opened.Sum());
        var deleted = await storage.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None);
        Assert.IsTrue(deleted.IsOk, $"{deleted.Fault}");
    }

    private static async Task<int> OpenManyAsync(CephStorage storage)
    {
        for (var round = 0; round < Opens; round++)
        {
            var closed = await storage.Gate.LookAsync<bool>(
                What,
                connection =>
                {
                    var image = ImageCalls.Open(connection.Io, "u+data", "a", write: false, What);
                    if (!image.IsOk)
                    {
                        return image.Fault;
                    }

                    image.Value.Dispose();
                    return true;
                },
                CancellationToken.None);
            Assert.IsTrue(closed.IsOk, $"{closed.Fault}");
        }

        return Opens;
    }
}
