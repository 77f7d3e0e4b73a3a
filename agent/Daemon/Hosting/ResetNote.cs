using System.Text;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Status;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Keeps the reason of a reset on disk and with the peers, and finds it after the boot.</summary>
internal sealed class ResetNote(string path, ClusterSeat seat, NodeId self, TimeProvider time) : IResetNote
{
    /// <summary>The peers' route.</summary>
    public const string Route = "reset-note";

    /// <inheritdoc/>
    public async Task WriteAsync(string reason, TimeSpan limit, CancellationToken cancellation)
    {
        var tellings = seat.Node is { } node
            ? node.Links.All.Select(link => (Task)link.CallAsync<DoneReport>(HttpMethod.Post, Route, new DoneReport(reason), cancellation))
            : [];
        var written = Task.Run(() => AtomicFile.Write(path, Encoding.UTF8.GetBytes(reason)), CancellationToken.None);
        await Task.WhenAny(Task.WhenAll([.. tellings, written]), Task.Delay(limit, time, cancellation));
    }

    /// <summary>Tells once why this node was reset before it booted, if it was.</summary>
    public void Recall(IHistory history)
    {
        if (File.Exists(path))
        {
            history.Tell("was-reset", self.Value, File.ReadAllText(path));
            AtomicFile.Delete(path);
        }
    }
}
