using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Cli.Live;

/// <summary>Shows how far a unit's streams are while an order runs.</summary>
internal sealed class StreamFollow(CliSurroundings around, ApiClient client)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(400);

    public async Task<Outcome<T>> WhileAsync<T>(Task<Outcome<T>> order, string unit, CancellationToken cancellation)
    {
        using var line = new ProgressLine(around);

        // A whole status every glance is work for the agent: not where nobody watches.
        while (line.IsShown && !order.IsCompleted)
        {
            var status = await client.GetAsync<ClusterStatus>("v1/status", cancellation);
            if (status.IsOk)
            {
                line.Show(Text(status.Value, unit));
            }

            await Task.WhenAny(order, Task.Delay(Glance, around.Time, cancellation));
        }

        return await order;
    }

    /// <summary>"n2 data [####----] 50 %  1 GiB of 2 GiB", one part a copy that is being sent.</summary>
    public static string Text(ClusterStatus status, string unit)
    {
        var found = status.Units.FirstOrDefault(line => line.Unit.Name == unit || line.Unit.ToString() == unit);
        var parts = found?.Copies.Where(copy => copy.Progress is not null).Select(copy => Part(copy.Node, copy.Progress!)).ToList() ?? [];
        return parts.Count > 0 ? string.Join("   ", parts)
            : found?.Switchover is { } move ? $"to {move.To}: {move.Step}"
            : status.Services.FirstOrDefault(service => service.Name == unit) is { } service ? $"{service.Name}: {service.State}{(service.Node is { } node ? $" on {node}" : "")}"
            : "replicating...";
    }

    private static string Part(NodeId node, StreamProgress progress) => progress.TotalBytes is > 0 and var total
        ? $"{node} {progress.Volume} {ProgressLine.Bar(progress.DoneBytes / (double)total)}  {Spans.Size(progress.DoneBytes)} of {Spans.Size(total)}"
        : $"{node} {progress.Volume} {ProgressLine.Bar(null)}  {Spans.Size(progress.DoneBytes)}";
}
