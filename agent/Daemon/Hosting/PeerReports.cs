using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Asks every peer for its report again and again, and keeps the last one of each.</summary>
internal sealed class PeerReports(ClusterSeat seat, TimeProvider time)
{
    public const string Route = "report";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<NodeId, (NodeReport Report, DateTimeOffset At)> reports = new();

    /// <summary>The peers as this node sees them.</summary>
    public IReadOnlyList<PeerView> Views() => seat.Node is { } node ? [.. node.Links.Status().Select(View)] : [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                if (seat.Node is { } node)
                {
                    await Task.WhenAll(node.Links.All.Select(link => AskAsync(link, cancellation)));
                }

                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private async Task AskAsync(PeerLink link, CancellationToken cancellation)
    {
        // A peer that is known to be away costs nothing until a probe finds it back.
        if (link.Status().Reachable == Answer.No)
        {
            return;
        }

        var report = await link.CallAsync<NodeReport>(HttpMethod.Get, Route, null, cancellation);
        if (report.IsOk && report.Value.Node == link.Node)
        {
            reports[link.Node] = (report.Value, time.GetUtcNow());
        }
    }

    private PeerView View(PeerStatus status)
    {
        var (report, at) = reports.GetValueOrDefault(status.Node);
        var heard = status.Paths.Select(path => path.LastSuccess).Max();
        return new PeerView(
            status.Node,
            status.Reachable,
            heard ?? (report is null ? null : at),
            [.. status.Paths.Select(path => new PathLine(
                path.Network, path.Remote.ToString(), path.State == PathState.Unknown ? null : path.State == PathState.Up,
                path.RoundTrip?.TotalMilliseconds))],
            report)
        {
            ReportAt = report is null ? null : at,
        };
    }
}
