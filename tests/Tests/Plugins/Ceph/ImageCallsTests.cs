using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Images that are opened through a connection that is given up meanwhile.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class ImageCallsTests
{
    private const string What = "cannot try to open";

    [TestMethod]
    public async Task An_image_that_is_opened_while_its_connection_is_closed_is_whole_or_not_open()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "opened");
        await cluster.RunAsync("rbd", "create", "--size", "8", "hot/opened-meanwhile");
        var options = storage.Gate.Options;
        for (var turn = 0; turn < 60; turn++)
        {
            var connection = Connection.Open(options, What).Value;
            var io = connection.Io;
            var opening = Task.Run(() => TryOpen(io));
            await Task.Delay(turn / 4);
            connection.Dispose();
            using var image = await opening;
            Assert.IsTrue(image is null || ImageCalls.Size(image, What).IsOk, $"turn {turn}: an image is open and cannot be asked");
        }

        using var last = Connection.Open(options, What).Value;
        using var asked = ImageCalls.Open(last.Io, "opened-meanwhile", null, write: false, What).Value;
        Assert.IsEmpty(ImageCalls.Clients(asked, What).Value, "an image was left open");
    }

    private static ImageHandle? TryOpen(IoHandle io)
    {
        try
        {
            return ImageCalls.Open(io, "opened-meanwhile", null, write: true, What) is { IsOk: true, Value: var image } ? image : null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }
}
